import { sql } from 'kysely'
import type { Policy } from '../../core/policy.ts'
import { isAdopting } from './adopting.ts'
import { installationCauses, taxaInAttention } from './attention.ts'
import { openBatchStates } from './batches.ts'
import type { Reader } from './ledger.ts'
import { shortBatches } from './shortages.ts'
import { waitingForMoney } from './waiting-for-money.ts'
import { isSomethingWanted } from './wanted-deliveries.ts'
import { isDestroyed, isHeld, liveWorkers, type LiveWorker } from './workers.ts'

/** What microfetch can still do by itself, now. What waits for a person, for a day, or for the archive is not among it. */
export interface WorkLeft {
  checksDue: number
  unjudged: number
  wanted: number
  batches: number
  workers: number
  /** A restored ledger waits until it has adopted what goes on outside. */
  adopting: boolean
}

/** What bounds the work. */
export interface WorkLimits extends Pick<Policy, 'maxCollectFailures' | 'maxWorkers' | 'maxHeld'> {
  /** Nothing may be created, so the queue waits for a person. */
  obstructed: boolean
  /** So many more runs of a taxon may be worked on. */
  roomOf: (taxId: number) => number
}

/** Counts what is left to do at `now`. */
export async function workLeft(read: Reader, now: Date, limits: WorkLimits): Promise<WorkLeft> {
  const live = await liveWorkers(read)
  const stuck = new Set([...(await stuckAttempts(read, limits.maxCollectFailures)), ...(await withoutRoom(read, live))])
  const busy = live.filter(({ attempt }) => !stuck.has(attempt.id))
  const openBatches = await read.selectFrom('batches').select(['id', 'state']).where('state', 'in', openBatchStates).execute()
  const stuckBatches = new Set(live.filter(({ attempt }) => stuck.has(attempt.id)).map(({ batch }) => batch.id))
  const queued = openBatches.filter(batch => batch.state === 'queued').map(batch => batch.id)
  // Workers that wait for a person themselves may leave no room for the queue.
  const isBlocked = busy.length === 0 && (live.length >= limits.maxWorkers || live.filter(isHeld).length >= limits.maxHeld)
  const waiting = limits.obstructed || isBlocked ? new Set(queued) : await shortBatches(read, queued)
  const unpaid = await waitingForMoney(read, queued)
  const movable = openBatches.filter(
    batch => !stuckBatches.has(batch.id) && !waiting.has(batch.id) && !unpaid.batchIds.has(batch.id),
  )
  return {
    checksDue: await checksDue(read, now),
    unjudged: await unjudged(read),
    wanted: !limits.obstructed && !unpaid.isNothingNew && (await isSomethingWanted(read, limits.roomOf)) ? 1 : 0,
    batches: movable.length,
    workers: busy.length,
    adopting: await isAdopting(read),
  }
}

/** Attempts that are over with their work while the library has no room for what they hold: a person must make some. */
async function withoutRoom(read: Reader, live: readonly LiveWorker[]): Promise<string[]> {
  if (!(await installationCauses(read)).includes('library-full')) return []
  return live.filter(isHeld).map(({ attempt }) => attempt.id)
}

/** Attempts whose results could not be brought home, so that a person was asked: after so many failures, or at once where no try can help. */
async function stuckAttempts(read: Reader, maxCollectFailures: number): Promise<Set<string>> {
  const rows = await read
    .selectFrom('workers as w')
    .crossJoin('attempt_runs as ar')
    .select('ar.attempt_id')
    .distinct()
    .where('w.state', '<>', isDestroyed)
    .whereRef('ar.attempt_id', '=', 'w.attempt_id')
    .where('ar.receipt_id', 'is', null)
    .where('ar.collect_failures', '>', 0)
    .where(eb => eb.or([eb('ar.collect_failures', '>=', maxCollectFailures), eb.exists(askedAbout(read))]))
    .execute()
  return new Set(rows.map(row => row.attempt_id))
}

/** A taxon that wants the run needs a person because its results could not be stored. */
function askedAbout(read: Reader) {
  return read
    .selectFrom('attention as n')
    .innerJoin('verdicts as v', join => join.on('n.subject_id', '=', sql<string>`cast(v.tax_id as text)`))
    .select('n.id')
    .where('n.subject', '=', 'taxon')
    .where('n.cause', '=', 'collect-failed')
    .where('n.resolved_at', 'is', null)
    .where('v.run_accession', '=', sql.ref<string>('ar.run_accession'))
}

async function checksDue(read: Reader, now: Date): Promise<number> {
  const inAttention = await taxaInAttention(read)
  const { count } = await read
    .selectFrom('taxa')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('state', 'in', ['tracked', 'deleted'])
    .where('paused', '=', 0)
    .where('next_check_at', '<=', now.toISOString())
    .$if(inAttention.length > 0, query => query.where('tax_id', 'not in', inAttention))
    .executeTakeFirstOrThrow()
  return count
}

async function unjudged(read: Reader): Promise<number> {
  const rows = await read
    .selectFrom('taxa as t')
    .crossJoin('verdicts as v')
    .select('v.run_accession')
    .where('v.verdict', '=', sql.lit<'unjudged'>('unjudged'))
    .whereRef('v.tax_id', '=', 't.tax_id')
    .where('t.state', '=', 'tracked')
    .where('t.paused', '=', 0)
    .limit(1)
    .execute()
  return rows.length
}
