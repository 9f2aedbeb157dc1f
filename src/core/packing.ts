/** A delivery as packing sees it. */
export interface Deliverable {
  id: string
  /** Bytes to fetch. */
  bytes: number
  /** Bases to work on; the bytes stand in where the archive does not count them. */
  bases: number | undefined
  /** Memory it needs, in GB: machines of different sizes are different batches. */
  memoryGb: number
  /** Suspected of sinking attempts: tried apart from everything else. */
  alone: boolean
  chargedTaxId: number
  recipe: string
  keep: string
}

/** Caps of one batch. */
export interface PackLimits {
  runs: number
  bytes: number
}

/** Deliveries that one worker will do together; all of one recipe, taxon, size and keep. */
export type Pack = [Deliverable, ...Deliverable[]]

/** Bytes of disk that a worker needs for each byte it fetches: reads, what the pipeline makes of them in between, and results. */
export const diskPerByte = 15

/** What every run costs besides its bases (starting programs, asking for files), in bases. */
export const basesPerRun = 5_000_000

/** Work expected of a delivery, in bases: fetching and assembling both grow with them. */
export function expectedWork(delivery: Deliverable): number {
  return (delivery.bases ?? delivery.bytes) + basesPerRun
}

/**
 * Packs deliveries towards equal finishing times: the heaviest first, each into the pack with the least work that has room.
 * The fewest packs that the caps allow are opened. What is larger than a whole batch goes alone, and so do suspects.
 */
export function packDeliveries(deliveries: readonly Deliverable[], limitsOf: (taxId: number) => PackLimits): Pack[] {
  const packs: Pack[] = []
  for (const group of groupsOf(deliveries)) {
    const limits = limitsOf(group[0].chargedTaxId)
    const apart = group.filter(delivery => delivery.alone || delivery.bytes > limits.bytes)
    const together = group.filter(delivery => !delivery.alone && delivery.bytes <= limits.bytes)
    packs.push(...apart.map((delivery): Pack => [delivery]), ...packTogether(together, limits))
  }
  return packs
}

function groupsOf(deliveries: readonly Deliverable[]): Pack[] {
  const groups = new Map<string, Pack>()
  for (const delivery of deliveries) {
    const key = JSON.stringify([delivery.chargedTaxId, delivery.recipe, delivery.keep, delivery.memoryGb])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [delivery])
    else group.push(delivery)
  }
  return [...groups.values()]
}

interface OpenPack {
  deliveries: Deliverable[]
  work: number
  bytes: number
}

function packTogether(deliveries: readonly Deliverable[], limits: PackLimits): Pack[] {
  const bytes = deliveries.reduce((sum, delivery) => sum + delivery.bytes, 0)
  const fewest = Math.max(Math.ceil(deliveries.length / Math.max(1, limits.runs)), Math.ceil(bytes / Math.max(1, limits.bytes)))
  const open: OpenPack[] = Array.from({ length: fewest }, () => ({ deliveries: [], work: 0, bytes: 0 }))
  const heaviestFirst = [...deliveries].sort((a, b) => expectedWork(b) - expectedWork(a) || (a.id < b.id ? -1 : 1))
  for (const delivery of heaviestFirst) {
    const pack = lightestWithRoom(open, delivery, limits) ?? newPack(open)
    pack.deliveries.push(delivery)
    pack.work += expectedWork(delivery)
    pack.bytes += delivery.bytes
  }
  return open.flatMap(pack => {
    const [first, ...rest] = pack.deliveries
    return first === undefined ? [] : [[first, ...rest] satisfies Pack]
  })
}

function lightestWithRoom(open: readonly OpenPack[], delivery: Deliverable, limits: PackLimits): OpenPack | undefined {
  let best: OpenPack | undefined
  for (const pack of open) {
    const fits = pack.deliveries.length < Math.max(1, limits.runs) && pack.bytes + delivery.bytes <= limits.bytes
    if (fits && (best === undefined || pack.work < best.work)) best = pack
  }
  return best
}

function newPack(open: OpenPack[]): OpenPack {
  const pack: OpenPack = { deliveries: [], work: 0, bytes: 0 }
  open.push(pack)
  return pack
}
