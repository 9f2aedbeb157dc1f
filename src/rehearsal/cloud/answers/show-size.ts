import type { Size } from '../world/size.ts'

/** A size as the API shows it. `asFloats`: the price of an hour is a 32-bit float written out. */
export function showSize(size: Size, asFloats: boolean): Record<string, unknown> {
  const hourly = size.hourlyPrice / 100_000
  return {
    slug: size.slug,
    memory: size.memoryMb,
    vcpus: size.vcpus,
    disk: size.diskGb,
    transfer: size.transferTb,
    price_monthly: size.monthlyDollars,
    price_hourly: asFloats ? Math.fround(hourly) : hourly,
    regions: [...size.regions],
    available: size.available,
    description: size.description,
    networking_throughput: 2000,
    disk_info: [{ type: 'local', size: { amount: size.diskGb, unit: 'gib' } }],
  }
}
