import type { Droplet, EndedBy } from './droplet.ts'

/** Parts of a dollar in which the books are kept: a second at a hundred-thousandth of a dollar an hour is exactly one of them. */
export const partsPerDollar = 360_000_000n

/** What one droplet costs. */
export interface BillLine {
  dropletId: number
  name: string
  tags: string[]
  size: string
  from: Date
  /** Its end, or the instant of the bill when it is still there. */
  until: Date
  by: EndedBy | 'running'
  /** Whole seconds that it was there; one that has begun counts. */
  seconds: number
  /** Seconds that are charged: 60 at least. */
  chargedSeconds: number
  /** In `partsPerDollar`; exact. A cent at least. */
  parts: bigint
}

/** What the cloud charges for everything up to an instant. */
export interface Bill {
  at: Date
  lines: BillLine[]
  /** In `partsPerDollar`; exact. */
  parts: bigint
  /** The sum, rounded once, half up. */
  cents: bigint
}

const leastSeconds = 60
const leastParts = partsPerDollar / 100n

/**
 * The cloud's own books: each droplet from its accepted create to its end, whatever state it was in (never active, off, gone by itself),
 * by the second, for 60 s and for $0.01 at least. One that only looked destroyed was never gone.
 */
export function billOf(droplets: readonly Droplet[], nowMs: number): Bill {
  const lines = droplets.map(droplet => lineOf(droplet, nowMs))
  const parts = lines.reduce((sum, line) => sum + line.parts, 0n)
  return { at: new Date(nowMs), lines, parts, cents: centsOf(parts) }
}

/** An exact sum in cents, rounded half up. */
export function centsOf(parts: bigint): bigint {
  return (parts * 100n + partsPerDollar / 2n) / partsPerDollar
}

function lineOf(droplet: Droplet, nowMs: number): BillLine {
  const untilMs = droplet.ended?.atMs ?? nowMs
  const seconds = Math.ceil((untilMs - droplet.createdAtMs) / 1000)
  const chargedSeconds = Math.max(leastSeconds, seconds)
  const bySecond = BigInt(chargedSeconds) * BigInt(droplet.size.hourlyPrice)
  return {
    dropletId: droplet.id,
    name: droplet.name,
    tags: [...droplet.tags],
    size: droplet.size.slug,
    from: new Date(droplet.createdAtMs),
    until: new Date(untilMs),
    by: droplet.ended?.by ?? 'running',
    seconds,
    chargedSeconds,
    parts: bySecond > leastParts ? bySecond : leastParts,
  }
}
