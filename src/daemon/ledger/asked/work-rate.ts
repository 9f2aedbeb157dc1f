import { sql } from 'kysely'
import {
  forecastSeconds,
  learnRate,
  mapRange,
  missesOf,
  type Misses,
  type PastAttempt,
  type Range,
  type Rate,
  type Work,
} from '../../../core/forecast.ts'
import type { Reader } from '../ledger.ts'

/** How fast one worker works, and what that rests on. */
export interface WorkRate {
  rate: Rate
  /** In words, for people. */
  from: string
}

const attemptsLearntFrom = 50

/**
 * Learnt from the newest attempts that closed in order, of one recipe or of all: the time that their machines were there, from creation
 * to end. Where that is not known, from the agent's first word to its closing document.
 */
export async function workRate(read: Reader, recipe?: string): Promise<WorkRate> {
  const rate = learnRate(await pastAttempts(read, recipe))
  return { rate, from: sayFrom(rate) }
}

/** How wrong the forecasts of the newest attempts were; null while none can be compared. */
export async function forecastMisses(read: Reader): Promise<Misses | null> {
  return missesOf(await pastAttempts(read, undefined)) ?? null
}

async function pastAttempts(read: Reader, recipe: string | undefined): Promise<PastAttempt[]> {
  const rows = await read
    .selectFrom('attempts as a')
    .leftJoin('batches as b', 'b.id', 'a.batch_id')
    .leftJoin('costs as c', 'c.machine_id', 'a.machine_id')
    .leftJoin('forecasts as f', 'f.attempt_id', 'a.id')
    .select(['a.heard_at', 'a.closing_at', 'c.from_at', 'c.to_at', 'f.seconds as forecast', 'f.bases'])
    .select(['b.expected_bases', 'b.expected_bytes'])
    .select(eb =>
      eb
        .selectFrom('attempt_runs as ar')
        .select(sql<number>`count(*)`.as('runs'))
        .whereRef('ar.attempt_id', '=', 'a.id')
        .as('runs'),
    )
    .where('a.closing_at', 'is not', null)
    .where('a.heard_at', 'is not', null)
    .$if(recipe !== undefined, query => query.where('b.recipe', '=', recipe ?? ''))
    .orderBy('a.opened_at', 'desc')
    .limit(attemptsLearntFrom)
    .execute()
  return rows.map(row => ({
    runs: row.runs ?? 0,
    bases: row.bases ?? basesOf(row.expected_bases ?? 0, row.expected_bytes ?? 0),
    seconds: secondsBetween(row.to_at === null ? row.heard_at : row.from_at, row.to_at ?? row.closing_at),
    forecastSeconds: row.to_at === null ? undefined : (row.forecast ?? undefined),
  }))
}

/** Bases to work on; the bytes stand in where the archive does not count them. */
export function basesOf(bases: number, bytes: number): number {
  return bases > 0 ? bases : bytes
}

function secondsBetween(from: string | null, to: string | null): number {
  return Math.max(0, Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000 || 0
}

function sayFrom({ attempts, runs }: Rate): string {
  if (attempts === 0) return 'assuming 20 minutes a run on one worker: nothing was learnt yet'
  return `learnt from ${runs} ${runs === 1 ? 'run' : 'runs'} of the last ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
}

/** Hours that some work takes on so many workers, with their range. */
export function hoursRange(work: Work, { rate }: WorkRate, workers: number): Range {
  return mapRange(forecastSeconds(work, rate), seconds => seconds / Math.max(1, workers) / 3600)
}

/** Hours that some work most likely takes on so many workers. */
export function hoursFor(work: Work, rate: WorkRate, workers: number): number {
  return hoursRange(work, rate, workers).likely
}
