import { basesPerRun } from './packing.ts'

/** A figure with the range that it most likely lies in. */
export interface Range {
  low: number
  likely: number
  high: number
}

/** Runs to be done, and their bases: both cost time. */
export interface Work {
  runs: number
  bases: number
}

/** An attempt that ended in order, with the time that its machine was there. */
export interface PastAttempt extends Work {
  seconds: number
  /** What was forecast when it began; undefined where nothing was. */
  forecastSeconds: number | undefined
}

/** Machine seconds for each run and for each base. */
export interface Rate {
  perRun: Range
  perBase: Range
  /** What it was learnt from; 0: it is assumed. */
  attempts: number
  runs: number
}

/** Assumed while nothing has been learnt: an assembly of a bacterium on a small machine, its download included; 7 to 60 minutes. */
const assumed: Rate = {
  perRun: { low: 400, likely: 1200, high: 3600 },
  perBase: { low: 0, likely: 0, high: 0 },
  attempts: 0,
  runs: 0,
}

/** From so many attempts on their own spread is the range; before, half and twice the figure. */
const enoughForSpread = 5

/**
 * Learns from past attempts: all their seconds over all their work, where work is bases and a fixed amount for each run. The range is
 * where four of five of them lay.
 */
export function learnRate(past: readonly PastAttempt[]): Rate {
  const useful = past.filter(attempt => attempt.seconds > 0 && workOf(attempt) > 0)
  const work = useful.reduce((sum, attempt) => sum + workOf(attempt), 0)
  if (work === 0) return assumed
  const likely = useful.reduce((sum, { seconds }) => sum + seconds, 0) / work
  const ratios = useful.map(attempt => attempt.seconds / workOf(attempt)).sort((a, b) => a - b)
  const isEnough = ratios.length >= enoughForSpread
  const low = isEnough ? Math.min(likely, quantile(ratios, 0.1)) : likely / 2
  const high = isEnough ? Math.max(likely, quantile(ratios, 0.9)) : likely * 2
  const perBase = { low, likely, high }
  const runs = useful.reduce((sum, attempt) => sum + attempt.runs, 0)
  return { perBase, perRun: times(perBase, basesPerRun), attempts: useful.length, runs }
}

function workOf({ runs, bases }: Work): number {
  return bases + basesPerRun * runs
}

/** A value of a sorted list, which may lie between two of it. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? 0
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}

/** Machine seconds that some work takes. */
export function forecastSeconds({ runs, bases }: Work, { perRun, perBase }: Rate): Range {
  return sumOf([times(perRun, runs), times(perBase, bases)])
}

/** A range so many times over. */
export function times({ low, likely, high }: Range, factor: number): Range {
  return { low: low * factor, likely: likely * factor, high: high * factor }
}

/** Ranges together: what makes one of them miss makes all of them miss, so their ends are added. */
export function sumOf(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, range) => ({ low: sum.low + range.low, likely: sum.likely + range.likely, high: sum.high + range.high }),
    {
      low: 0,
      likely: 0,
      high: 0,
    },
  )
}

/** A range with each figure turned into another. */
export function mapRange({ low, likely, high }: Range, of: (figure: number) => number): Range {
  return { low: of(low), likely: of(likely), high: of(high) }
}

/** How wrong forecasts were: what it really took, over what was forecast. */
export interface Misses {
  count: number
  /** Half of them took more than so many times the forecast. */
  median: number
  /** Four of five lay between these. */
  low: number
  high: number
}

/** How wrong the forecasts of these attempts were; undefined where none had any. */
export function missesOf(past: readonly PastAttempt[]): Misses | undefined {
  const ratios = past
    .flatMap(({ seconds, forecastSeconds: forecast }) => (forecast === undefined || forecast <= 0 ? [] : [seconds / forecast]))
    .sort((a, b) => a - b)
  if (ratios.length === 0) return undefined
  return { count: ratios.length, median: quantile(ratios, 0.5), low: quantile(ratios, 0.1), high: quantile(ratios, 0.9) }
}
