import { sql } from 'kysely'
import { isAdopting } from './adopting.ts'
import { taxaInAttention } from './attention.ts'
import { wantedDeliveries } from './deliveries.ts'
import type { Reader } from './ledger.ts'
import { liveWorkers } from './workers.ts'

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

/** Counts what is left to do at `now`. `obstructed`: nothing may be created, so the queue waits for a person. */
export async function workLeft(
  read: Reader,
  now: Date,
  limits: { maxCollectFailures: number; obstructed: boolean },
): Promise<WorkLeft> {
  const live = await liveWorkers(read)
  const stuck = await stuckAttempts(read, limits.maxCollectFailures)
  const busy = live.filter(({ attempt }) => !stuck.has(attempt.id))
  const openBatches = await read
    .selectFrom('batches')
    .select(['id', 'state'])
    .where('state', 'in', ['queued', 'assigned', 'started', 'finished'])
    .execute()
  const stuckBatches = new Set(live.filter(({ attempt }) => stuck.has(attempt.id)).map(({ batch }) => batch.id))
  const movable = openBatches.filter(batch => !stuckBatches.has(batch.id) && !(limits.obstructed && batch.state === 'queued'))
  return {
    checksDue: await checksDue(read, now),
    unjudged: await unjudged(read),
    wanted: limits.obstructed ? 0 : (await wantedDeliveries(read, 1)).length,
    batches: movable.length,
    workers: busy.length,
    adopting: await isAdopting(read),
  }
}

/** Attempts whose results could not be brought home, so that a person was asked: after so many failures, or at once where no try can help. */
async function stuckAttempts(read: Reader, maxCollectFailures: number): Promise<Set<string>> {
  const rows = await read
    .selectFrom('attempt_runs as ar')
    .innerJoin('workers as w', 'w.attempt_id', 'ar.attempt_id')
    .select('ar.attempt_id')
    .distinct()
    .where('w.state', '<>', 'destroyed')
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
    .selectFrom('verdicts as v')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select('v.run_accession')
    .where('v.verdict', '=', 'unjudged')
    .where('t.state', '=', 'tracked')
    .where('t.paused', '=', 0)
    .limit(1)
    .execute()
  return rows.length
}
