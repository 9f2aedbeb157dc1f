import { sql } from 'kysely'
import type { Reader } from '../ledger.ts'

/** How fast one worker works, and what that rests on. */
export interface WorkRate {
  secondsPerRun: number
  /** In words, for people. */
  from: string
}

/** Assumed while nothing has been learnt: an assembly of a bacterium on a small machine, its download included. */
const assumedSecondsPerRun = 20 * 60
const attemptsLearntFrom = 50

/**
 * Learnt from the newest attempts that closed in order: from the agent's first word to its closing document, per run. The archive's
 * estimates of bases are too rough to do better before anything has run.
 */
export async function workRate(read: Reader): Promise<WorkRate> {
  const rows = await read
    .selectFrom('attempts as a')
    .select(['a.heard_at', 'a.closing_at'])
    .select(eb =>
      eb
        .selectFrom('attempt_runs as ar')
        .select(sql<number>`count(*)`.as('runs'))
        .whereRef('ar.attempt_id', '=', 'a.id')
        .as('runs'),
    )
    .where('a.closing_at', 'is not', null)
    .where('a.heard_at', 'is not', null)
    .orderBy('a.opened_at', 'desc')
    .limit(attemptsLearntFrom)
    .execute()
  const seconds = rows.reduce(
    (sum, row) => sum + Math.max(0, Date.parse(row.closing_at ?? '') - Date.parse(row.heard_at ?? '')) / 1000,
    0,
  )
  const runs = rows.reduce((sum, row) => sum + (row.runs ?? 0), 0)
  if (runs === 0)
    return { secondsPerRun: assumedSecondsPerRun, from: 'assuming 20 minutes a run on one worker: nothing was learnt yet' }
  return {
    secondsPerRun: seconds / runs,
    from: `learnt from ${runs} ${runs === 1 ? 'run' : 'runs'} of the last ${rows.length} ${rows.length === 1 ? 'attempt' : 'attempts'}`,
  }
}

/** Hours that so many runs take on so many workers. */
export function hoursFor(runs: number, rate: WorkRate, workers: number): number {
  return (runs * rate.secondsPerRun) / Math.max(1, workers) / 3600
}
