import type { MachineNeed, Quoted } from '../provider.ts'
import type { SeenSize } from './answer-schemas.ts'
import type { SeenImage } from './droplet-offer.ts'
import { parsePrice } from './parse-price.ts'

/** What may be chosen from. */
export interface Choice {
  sizes: readonly SeenSize[]
  /** Slugs that may be used; empty: every ordinary one. */
  allowed: readonly string[]
  /** In the order of preference. */
  regions: readonly string[]
  /** Undefined when nothing is known of it. */
  image: SeenImage | undefined
  diskReserveBytes: number
  isShort: (size: string, region: string) => boolean
}

const bytesPerGb = 1_000_000_000
const mbPerGb = 1024

/** The families that anybody may order: shared and dedicated processors, more memory, more disk. */
const ordinaryPattern = /^(s|c|c2|g|gd|m|m3|m6|so|so1_5)-\d+(vcpu-|$)/

/** The cheapest size that meets the need, in the first region that has it; of two at one price the one with more memory. */
export function pickSize(need: MachineNeed, choice: Choice): Quoted {
  const fitting = choice.sizes.filter(size => isAllowed(size, choice.allowed) && meets(size, need, choice))
  const cheapestFirst = fitting.toSorted(
    (a, b) => a.price_hourly - b.price_hourly || b.memory - a.memory || (a.slug < b.slug ? -1 : 1),
  )
  for (const size of cheapestFirst) {
    const region = choice.regions.find(one => isToBeHad(size, one, choice))
    if (region !== undefined) return quoted(size, region, choice)
  }
  return { kind: 'none', why: whyNone(need, fitting, choice) }
}

function isAllowed(size: SeenSize, allowed: readonly string[]): boolean {
  // Droplets with GPUs are left out of plain lists: they would be lost from sight.
  if (size.slug.startsWith('gpu') || (size.gpu_info !== undefined && size.gpu_info !== null)) return false
  if (size.price_hourly <= 0) return false
  return allowed.length === 0 ? ordinaryPattern.test(size.slug) : allowed.includes(size.slug)
}

function meets(size: SeenSize, need: MachineNeed, { image, diskReserveBytes }: Choice): boolean {
  if (size.memory < need.memoryGb * mbPerGb || size.disk < (image?.minDiskGb ?? 0)) return false
  return size.disk * bytesPerGb >= need.diskBytes + diskReserveBytes
}

function isToBeHad(size: SeenSize, region: string, { image, isShort }: Choice): boolean {
  const hasImage = image === undefined || image.regions.includes(region)
  return size.available && size.regions.includes(region) && hasImage && !isShort(size.slug, region)
}

function quoted({ slug, memory, vcpus, disk, price_hourly: dollars }: SeenSize, region: string, choice: Choice): Quoted {
  const diskBytes = disk * bytesPerGb - choice.diskReserveBytes
  return {
    kind: 'quoted',
    quote: { size: slug, region, memoryGb: memory / mbPerGb, cpus: vcpus, diskBytes, price: parsePrice(dollars) },
  }
}

function whyNone(
  { memoryGb, diskBytes }: MachineNeed,
  fitting: readonly SeenSize[],
  { regions, diskReserveBytes }: Choice,
): string {
  const diskGb = Math.ceil((diskBytes + diskReserveBytes) / bytesPerGb)
  const need = `${memoryGb} GB of memory and ${diskGb} GB of disk`
  if (fitting.length === 0) return `no size that may be used has ${need}: look at digitalocean.sizes`
  return `no size with ${need} is to be had now in ${regions.join(', ')} with this image`
}
