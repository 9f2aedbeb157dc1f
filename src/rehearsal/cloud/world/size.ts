/** A size of droplet as the cloud sells it. */
export interface Size {
  slug: string
  memoryMb: number
  vcpus: number
  diskGb: number
  transferTb: number
  /** Whole dollars. */
  monthlyDollars: number
  /** Price of an hour in hundred-thousandths of a dollar, as the price list prints it: 893 for $0.00893. */
  hourlyPrice: number
  description: string
  /** Slugs of the regions that sell it. */
  regions: string[]
  available: boolean
}

const everywhere = ['ams3', 'blr1', 'fra1', 'lon1', 'nyc1', 'nyc2', 'nyc3', 'sfo2', 'sfo3', 'sgp1', 'syd1', 'tor1']
const fewer = ['ams3', 'fra1', 'lon1', 'nyc1', 'nyc3', 'sfo3', 'sgp1']

// slug, memory in MB, processors, disk in GB, transfer in TB, month in dollars, hour in hundred-thousandths, kind, regions
type Line = readonly [string, number, number, number, number, number, number, string, readonly string[]]

const lines: readonly Line[] = [
  ['s-1vcpu-512mb-10gb', 512, 1, 10, 0.5, 4, 595, 'Basic', everywhere],
  ['s-1vcpu-1gb', 1024, 1, 25, 1, 6, 893, 'Basic', everywhere],
  ['s-1vcpu-2gb', 2048, 1, 50, 2, 12, 1786, 'Basic', everywhere],
  ['s-2vcpu-2gb', 2048, 2, 60, 3, 18, 2679, 'Basic', everywhere],
  ['s-2vcpu-4gb', 4096, 2, 80, 4, 24, 3571, 'Basic', everywhere],
  ['c-2', 4096, 2, 25, 4, 42, 6250, 'CPU-Optimized', fewer],
  ['s-4vcpu-8gb', 8192, 4, 160, 5, 48, 7143, 'Basic', everywhere],
  ['g-2vcpu-8gb', 8192, 2, 25, 4, 63, 9375, 'General Purpose', fewer],
  ['c-4', 8192, 4, 50, 5, 84, 12500, 'CPU-Optimized', fewer],
  ['m-2vcpu-16gb', 16384, 2, 50, 4, 84, 12500, 'Memory-Optimized', fewer],
  ['s-8vcpu-16gb', 16384, 8, 320, 6, 96, 14286, 'Basic', everywhere],
  ['g-4vcpu-16gb', 16384, 4, 50, 5, 126, 18750, 'General Purpose', fewer],
  ['so-2vcpu-16gb', 16384, 2, 300, 4, 131, 19494, 'Storage-Optimized', ['fra1', 'nyc1', 'sfo3']],
  ['c-8', 16384, 8, 100, 6, 168, 25000, 'CPU-Optimized', fewer],
  ['m-4vcpu-32gb', 32768, 4, 100, 6, 168, 25000, 'Memory-Optimized', fewer],
  ['g-8vcpu-32gb', 32768, 8, 100, 6, 252, 37500, 'General Purpose', fewer],
  ['c-16', 32768, 16, 200, 7, 336, 50000, 'CPU-Optimized', fewer],
  ['m-8vcpu-64gb', 65536, 8, 200, 7, 336, 50000, 'Memory-Optimized', fewer],
  ['m-16vcpu-128gb', 131072, 16, 400, 8, 672, 100000, 'Memory-Optimized', ['fra1', 'nyc1', 'nyc3']],
  ['s-3vcpu-1gb', 1024, 3, 60, 3, 15, 2232, 'Basic', []],
]

/** The sizes of a fresh cloud, cheapest first but for one that is no longer sold anywhere. Prices are those of the public list of 2025. */
export function allSizes(): Size[] {
  return lines.map(([slug, memoryMb, vcpus, diskGb, transferTb, monthlyDollars, hourlyPrice, description, regions]) => ({
    slug,
    memoryMb,
    vcpus,
    diskGb,
    transferTb,
    monthlyDollars,
    hourlyPrice,
    description,
    regions: [...regions],
    available: regions.length > 0,
  }))
}
