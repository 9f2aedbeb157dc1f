import type { BatchState } from '../../../core/batch-state.ts'
import type { Policy } from '../../../core/policy.ts'
import type { WorkerState } from '../../../core/worker-state.ts'

/** A worker that is not destroyed. */
export interface Ending {
  workerName: string
  workerState: WorkerState
  attemptId: string
  attemptOpen: boolean
  batchState: BatchState
  chargedTaxId: number
  machineId: string | undefined
  /** Runs on it that are announced, still owed, and not yet at home. */
  unproved: number
  /** Sources of proved runs that are not yet removed. */
  unremoved: number
  held: boolean
  /** A person asked that its machine be left alone. */
  kept: boolean
  /** When its deletion was last asked for, in milliseconds. */
  destroyAskedAtMs: number | undefined
}

/** What `look` saw. */
export interface Seen {
  workers: Ending[]
}

export type Action =
  | {
      kind: 'dismiss'
      workerName: string
      workerState: 'booting' | 'working'
      attemptId: string
      chargedTaxId: number
      why: string
    }
  | { kind: 'destroy'; workerName: string; machineId: string; attemptId: string; chargedTaxId: number }
  | { kind: 'hold'; workerName: string; chargedTaxId: number; unproved: number }

/** Dismisses workers whose work is done or taken from them, and ends machines on which nothing unproved is left. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  return seen.workers.flatMap((worker): Action[] => {
    const { workerName, attemptId, chargedTaxId, workerState } = worker
    if (workerState === 'destroying') return end(worker, policy, now)
    if (workerState !== 'booting' && workerState !== 'working') return []
    const why = whyDismiss(worker)
    return why === undefined ? [] : [{ kind: 'dismiss', workerName, workerState, attemptId, chargedTaxId, why }]
  })
}

/** Dismissed only when all it has announced is at home and its sources are removed; a person's cancel waits for nothing. */
function whyDismiss(worker: Ending): string | undefined {
  if (worker.batchState === 'cancelled') return 'its batch was cancelled'
  if (worker.unproved > 0 || worker.unremoved > 0) return undefined
  if (worker.batchState === 'settled') return 'its batch is settled'
  if (!worker.attemptOpen) return 'its attempt is closed'
  return worker.batchState === 'failed' ? 'its batch was given up' : undefined
}

function end(
  { workerName, attemptId, chargedTaxId, machineId, unproved, held, kept, destroyAskedAtMs }: Ending,
  policy: Policy,
  now: Date,
): Action[] {
  if (unproved > 0) return held ? [] : [{ kind: 'hold', workerName, chargedTaxId, unproved }]
  // Deletion takes its time: it is asked for again, not all the time.
  const askedJustNow = destroyAskedAtMs !== undefined && now.getTime() - destroyAskedAtMs < policy.destroyRetrySeconds * 1000
  return machineId === undefined || askedJustNow || kept
    ? []
    : [{ kind: 'destroy', workerName, machineId, attemptId, chargedTaxId }]
}
