import type { CloudWorld } from '../world/cloud-world.ts'
import type { CloudAction } from '../world/cloud-action.ts'
import { showInstant } from './show-instant.ts'
import { showRegion } from './show-region.ts'

/** An action as the API shows it. */
export function showAction(action: CloudAction, world: CloudWorld): Record<string, unknown> {
  const region = world.regions.find(one => one.slug === action.regionSlug)
  return {
    id: action.id,
    status: action.status,
    type: action.type,
    started_at: showInstant(action.startedAtMs),
    completed_at: action.completedAtMs === undefined ? null : showInstant(action.completedAtMs),
    resource_id: action.dropletId,
    resource_type: 'droplet',
    region: region === undefined ? null : showRegion(region, world.sizes),
    region_slug: action.regionSlug,
  }
}
