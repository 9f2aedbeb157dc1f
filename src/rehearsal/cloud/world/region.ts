/** A place with data centres. */
export interface Region {
  slug: string
  name: string
  available: boolean
  /** The virtual network that droplets are in when they name none. */
  vpcUuid: string
}

const places = [
  ['ams3', 'Amsterdam 3'],
  ['blr1', 'Bangalore 1'],
  ['fra1', 'Frankfurt 1'],
  ['lon1', 'London 1'],
  ['nyc1', 'New York 1'],
  ['nyc2', 'New York 2'],
  ['nyc3', 'New York 3'],
  ['sfo2', 'San Francisco 2'],
  ['sfo3', 'San Francisco 3'],
  ['sgp1', 'Singapore 1'],
  ['syd1', 'Sydney 1'],
  ['tor1', 'Toronto 1'],
] as const

/** What a droplet of any of these regions can be given. */
export const regionFeatures: readonly string[] = ['backups', 'ipv6', 'metadata', 'install_agent', 'storage', 'image_transfer']

/** The regions of a fresh cloud; New York 2 takes no new droplets, as is so there since years. */
export function allRegions(): Region[] {
  return places.map(([slug, name], at) => ({
    slug,
    name,
    available: slug !== 'nyc2',
    vpcUuid: `5a4981aa-9653-4bd1-bef5-${String(at + 1).padStart(12, '0')}`,
  }))
}
