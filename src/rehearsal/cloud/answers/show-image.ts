import type { Image } from '../world/image.ts'

/** An image as the API shows it. */
export function showImage(image: Image): Record<string, unknown> {
  return {
    id: image.id,
    name: image.name,
    distribution: image.distribution,
    slug: image.slug ?? null,
    public: image.isPublic,
    regions: [...image.regions],
    created_at: image.createdAt,
    min_disk_size: image.minDiskGb,
    type: image.isPublic ? 'base' : 'snapshot',
    size_gigabytes: image.sizeGigabytes,
    description: '',
    tags: [],
    status: 'available',
    error_message: '',
  }
}

/** A snapshot of a droplet as the API's list of snapshots shows it. */
export function showSnapshot(image: Image): Record<string, unknown> {
  return {
    id: String(image.id),
    name: image.name,
    regions: [...image.regions],
    created_at: image.createdAt,
    min_disk_size: image.minDiskGb,
    size_gigabytes: image.sizeGigabytes,
    resource_id: '511999999',
    resource_type: 'droplet',
    tags: [],
  }
}
