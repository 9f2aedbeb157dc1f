/** What a droplet can be made from. */
export interface Image {
  id: number
  name: string
  distribution: string
  /** Public images have one; a person's own snapshots have none. */
  slug: string | undefined
  isPublic: boolean
  regions: string[]
  createdAt: string
  minDiskGb: number
  sizeGigabytes: number
}

/** Number of the snapshot that every fresh cloud holds: a person's own image with the tools on it, in Frankfurt, London and New York 3. */
export const snapshotId = 118_257_301

/** The images of a fresh cloud: three public ones and one snapshot of the account's own. */
export function allImages(regions: readonly string[]): Image[] {
  const ofPublic = (id: number, slug: string, name: string, distribution: string, createdAt: string): Image => ({
    id,
    name,
    distribution,
    slug,
    isPublic: true,
    regions: [...regions],
    createdAt,
    minDiskGb: 10,
    sizeGigabytes: 0.66,
  })
  return [
    ofPublic(133_514_202, 'debian-12-x64', '12 x64', 'Debian', '2023-06-12T14:20:01Z'),
    ofPublic(195_932_981, 'debian-13-x64', '13 x64', 'Debian', '2025-08-18T09:11:40Z'),
    ofPublic(155_133_621, 'ubuntu-24-04-x64', '24.04 (LTS) x64', 'Ubuntu', '2024-04-26T13:58:27Z'),
    {
      id: snapshotId,
      name: 'microfetch-worker',
      distribution: 'Debian',
      slug: undefined,
      isPublic: false,
      regions: ['fra1', 'lon1', 'nyc3'],
      createdAt: '2026-07-01T08:00:00Z',
      minDiskGb: 25,
      sizeGigabytes: 3.41,
    },
  ]
}
