import { costOf } from '../../core/cost.ts'
import { mapRange, sumOf, times, type Range } from '../../core/forecast.ts'
import { diskPerByte } from '../../core/packing.ts'
import { describeError } from '../../core/problem.ts'
import type { MachineNeed, Quote, Quoted } from '../providers/provider.ts'
import type { DoorParts } from './door-parts.ts'

/** What some machines would cost, in millionths of a dollar; `why` tells where that is not known. Null and no why: they are free. */
export interface Priced {
  microdollars: Range | null
  why: string
}

/** Machines with the same need that work one after the other or at once. */
export interface MachineWork {
  need: MachineNeed
  machines: number
  /** Of all of them together. */
  seconds: Range
}

/** Asks for the price of each need once, and says what all of them would cost together. */
export async function priceWork(
  works: readonly MachineWork[],
  parts: Pick<DoorParts, 'quote'>,
): Promise<Priced & { each: (Range | null)[] }> {
  const unpriced = works.map(() => null)
  if (parts.quote === undefined) return { microdollars: null, why: '', each: unpriced }
  const quotes = new Map<string, Quote>()
  for (const { need } of works) {
    const key = JSON.stringify(need)
    if (quotes.has(key)) continue
    const quoted = await askPrice(need, parts.quote)
    if (typeof quoted === 'string') return { microdollars: null, why: quoted, each: unpriced }
    quotes.set(key, quoted)
  }
  const each = works.map(work => costRange(work, quotes.get(JSON.stringify(work.need))))
  return { microdollars: mapRange(sumOf(each), Math.ceil), why: '', each }
}

// A price is for people to decide by: that it cannot be had must not keep them from deciding.
async function askPrice(need: MachineNeed, quote: (need: MachineNeed) => Promise<Quoted>): Promise<Quote | string> {
  try {
    const quoted = await quote(need)
    return quoted.kind === 'quoted' ? quoted.quote : quoted.why
  } catch (error) {
    return describeError(error)
  }
}

function costRange({ machines, seconds }: MachineWork, quote: Quote | undefined): Range {
  if (quote === undefined) return { low: 0, likely: 0, high: 0 }
  const count = Math.max(1, machines)
  return mapRange(times(seconds, 1 / count), each => costOf(quote.price, each) * count)
}

/** Work that is not packed into batches yet, as machines of the usual size would do it. */
export function usualWork(
  work: { runs: number; bytes: number },
  seconds: Range,
  { policy }: Pick<DoorParts, 'policy'>,
): MachineWork | undefined {
  if (work.runs === 0) return undefined
  const machines = Math.max(Math.ceil(work.runs / policy.batchRuns), Math.ceil(work.bytes / policy.batchBytes))
  return {
    need: { memoryGb: policy.memorySizesGb[0] ?? 8, diskBytes: Math.ceil(work.bytes / machines) * diskPerByte },
    machines,
    seconds,
  }
}
