import type { ReasonCode } from './reason.ts'
import { isReasonCode } from './reason.ts'

/** A delivery whose run was not done by an attempt, with what is known of it. */
export interface Unfinished {
  strikes: number
  memoryStep: number
  /** Its files in the archive are no longer those it is about. */
  superseded: boolean
  reason: string
  detail: string
  cure: 'retry' | 'memory' | 'none'
}

/** What becomes of it. */
export type Resolution =
  | { event: 'fail'; reason: ReasonCode; detail: string; strikes: number }
  | { event: 'drop'; reason: ReasonCode; detail: string }
  | { event: 'putBack'; strikes: number; alone: boolean; memoryStep: number; detail: string }

/** How many memory sizes there are, and after how many sunk tries a run is failed. */
export interface ResolutionLimits {
  memorySizes: number
  maxStrikes: number
}

/**
 * Two strikes: put back and tried alone; the last: failed. Out of memory raises the need by one size without a strike, and fails
 * beyond the largest. A checksum that changed because the archive changed the files is no strike: the new files are owed instead.
 */
export function resolveUnfinished(unfinished: Unfinished, limits: ResolutionLimits): Resolution {
  const reason = isReasonCode(unfinished.reason) ? unfinished.reason : 'PIPE_FAIL'
  if (unfinished.superseded) return { event: 'drop', reason: 'RUN_SUPERSEDED', detail: `${reason} ${unfinished.detail}`.trim() }
  if (unfinished.cure === 'none') return { event: 'fail', reason, detail: unfinished.detail, strikes: unfinished.strikes }
  if (unfinished.cure === 'memory') return raiseMemory(unfinished, reason, limits)
  const strikes = unfinished.strikes + 1
  if (strikes >= limits.maxStrikes) return { event: 'fail', reason, detail: unfinished.detail, strikes }
  return {
    event: 'putBack',
    strikes,
    alone: strikes >= limits.maxStrikes - 1,
    memoryStep: unfinished.memoryStep,
    detail: `${reason} ${unfinished.detail}`.trim(),
  }
}

function raiseMemory(unfinished: Unfinished, reason: ReasonCode, limits: ResolutionLimits): Resolution {
  const memoryStep = unfinished.memoryStep + 1
  if (memoryStep >= limits.memorySizes) return { event: 'fail', reason, detail: unfinished.detail, strikes: unfinished.strikes }
  return {
    event: 'putBack',
    strikes: unfinished.strikes,
    alone: false,
    memoryStep,
    detail: `${reason} ${unfinished.detail}`.trim(),
  }
}
