import { type Region, regionFeatures } from '../world/region.ts'
import type { Size } from '../world/size.ts'

/** A region as the API shows it. */
export function showRegion(region: Region, sizes: readonly Size[]): Record<string, unknown> {
  const sold = region.available ? sizes.filter(size => size.available && size.regions.includes(region.slug)) : []
  return {
    name: region.name,
    slug: region.slug,
    features: [...regionFeatures],
    available: region.available,
    sizes: sold.map(size => size.slug),
  }
}
