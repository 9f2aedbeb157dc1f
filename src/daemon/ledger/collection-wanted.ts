import type { AttemptPlace } from '../../transfer/collector.ts'
import type { LinkOwed } from './links-owed.ts'
import type { Reader, Tx } from './ledger.ts'
import { unheardRuns } from './unheard-runs.ts'
import { isDestroyed } from './workers.ts'

/*
 * What is wanted of a collector elsewhere, besides transfers: worked out from the ledger each time it asks, so nothing can be forgotten.
 */

/** Sources on a machine of what is proved at home. */
export interface WantedRemoval {
  place: AttemptPlace
  runAccession: string
  failures: number
}

/**
 * Sources to remove now: what lies in the library of this collector, or of one that nobody knows by its name; not what was reported
 * already, nor what waits for another try.
 */
export async function wantedRemovals(read: Reader, collector: string, now: Date, atMost: number): Promise<WantedRemoval[]> {
  const rows = await read
    .selectFrom('workers as w')
    .crossJoin('attempt_runs as ar')
    .innerJoin('receipts as r', 'r.id', 'ar.receipt_id')
    .innerJoin('attempts as a', 'a.id', 'w.attempt_id')
    .select(['ar.attempt_id', 'ar.run_accession', 'ar.collect_failures', 'w.machine_id', 'w.address', 'a.host_key'])
    .where('w.state', '<>', isDestroyed)
    .whereRef('ar.attempt_id', '=', 'w.attempt_id')
    .where('ar.removed_at', 'is', null)
    .where(eb => eb.or([eb('ar.next_collect_at', 'is', null), eb('ar.next_collect_at', '<=', now.toISOString())]))
    .where(eb => {
      const known = eb.selectFrom('collectors as c').select('c.name').whereRef('c.name', '=', 'r.collector')
      return eb.or([eb('r.collector', '=', collector), eb.not(eb.exists(known))])
    })
    .where(eb => {
      const facts = eb.selectFrom('collection_facts as f').select('f.kind').where('f.act', '=', 'remove')
      const ofRun = facts.whereRef('f.attempt_id', '=', 'ar.attempt_id').whereRef('f.run_accession', '=', 'ar.run_accession')
      return eb.not(eb.exists(ofRun.whereRef('f.failures', '=', 'ar.collect_failures')))
    })
    .limit(atMost)
    .execute()
  return rows.flatMap(row => {
    const place = placeOf({ ...row, attempt_id: row.attempt_id })
    return place === undefined ? [] : [{ place, runAccession: row.run_accession, failures: row.collect_failures }]
  })
}

function placeOf(row: {
  attempt_id: string
  machine_id: string | null
  address: string | null
  host_key: string | null
}): AttemptPlace | undefined {
  if (row.machine_id === null || row.address === null) return undefined
  const hostKey = row.host_key ?? undefined
  return { attemptId: row.attempt_id, machineId: row.machine_id, address: row.address, hostKey }
}

/** A machine to look at, and the runs that nothing was heard of. */
export interface WantedPeek {
  place: AttemptPlace
  unheard: string[]
}

/**
 * Machines whose word is wanted: those at work that were silent for `silentSeconds` or were told to stop, and those of attempts that
 * are over, while there are runs that nothing was heard of. The one that was looked at longest ago comes first.
 */
export async function wantedPeeks(read: Reader, now: Date, silentSeconds: number, atMost: number): Promise<WantedPeek[]> {
  const heardBefore = new Date(now.getTime() - silentSeconds * 1000).toISOString()
  const rows = await read
    .selectFrom('workers as w')
    .innerJoin('attempts as a', 'a.id', 'w.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .leftJoin('collection_peeks as p', 'p.attempt_id', 'w.attempt_id')
    .select(['w.attempt_id', 'w.machine_id', 'w.address', 'a.host_key', 'a.closed_at'])
    .where('w.state', '<>', isDestroyed)
    .where('w.machine_id', 'is not', null)
    .where('w.address', 'is not', null)
    .where(eb =>
      eb.or([
        eb.and([eb('a.closed_at', 'is not', null), eb('b.state', '<>', 'cancelled')]),
        eb.and([
          eb('a.closed_at', 'is', null),
          eb('a.closing_json', 'is', null),
          eb('b.state', 'in', ['assigned', 'started']),
          eb.or([eb('a.last_beat_at', 'is', null), eb('a.last_beat_at', '<=', heardBefore), eb('a.failed_why', 'is not', null)]),
        ]),
      ]),
    )
    .orderBy(eb => eb.fn.coalesce('p.said_at', eb.val('')))
    .limit(atMost)
    .execute()
  const wanted: WantedPeek[] = []
  for (const row of rows) {
    const place = placeOf(row)
    const unheard = await unheardRuns(read, row.attempt_id)
    if (place !== undefined && (row.closed_at === null || unheard.length > 0)) wanted.push({ place, unheard })
  }
  return wanted
}

/** Links that are owed and of which nothing was reported. */
export async function wantedLinks(read: Reader, atMost: number): Promise<LinkOwed[]> {
  const rows = await read
    .selectFrom('links_owed as l')
    .innerJoin('deliveries as d', 'd.id', 'l.delivery_id')
    .innerJoin('receipts as r', 'r.delivery_id', 'l.delivery_id')
    .select(['l.tax_id', 'l.run_accession', 'l.delivery_id', 'd.recipe', 'd.recipe_identity', 'd.revision', 'r.relative_path'])
    .where(eb => {
      const facts = eb.selectFrom('collection_links as f').select('f.outcome').whereRef('f.tax_id', '=', 'l.tax_id')
      const ofLink = facts.whereRef('f.run_accession', '=', 'l.run_accession').whereRef('f.delivery_id', '=', 'l.delivery_id')
      return eb.not(eb.exists(ofLink))
    })
    .orderBy('l.tax_id')
    .orderBy('l.run_accession')
    .limit(atMost)
    .execute()
  return rows.map(row => ({
    taxId: row.tax_id,
    runAccession: row.run_accession,
    deliveryId: row.delivery_id,
    recipe: row.recipe,
    recipeIdentity: row.recipe_identity ?? '',
    revision: row.revision,
    relativePath: row.relative_path,
  }))
}

/** Ended attempts whose half-way transfers are to be cleared. */
export async function wantedClearings(read: Reader, atMost: number): Promise<string[]> {
  const rows = await read.selectFrom('collection_clearings').select('attempt_id').orderBy('wished_at').limit(atMost).execute()
  return rows.map(row => row.attempt_id)
}

/** An attempt is over for good: what transfers left half-way is to be cleared, and what was reported of it is of no use, but for proofs of what is still owed. */
export async function wishClearing(tx: Tx, attemptId: string, at: Date): Promise<void> {
  await tx
    .insertInto('collection_clearings')
    .values({ attempt_id: attemptId, wished_at: at.toISOString() })
    .onConflict(conflict => conflict.column('attempt_id').doNothing())
    .execute()
  await tx.deleteFrom('collection_peeks').where('attempt_id', '=', attemptId).execute()
  await tx.deleteFrom('collection_claims').where('attempt_id', '=', attemptId).execute()
  await tx
    .deleteFrom('collection_facts')
    .where('attempt_id', '=', attemptId)
    .where(eb => {
      const owed = eb.selectFrom('deliveries as d').select('d.id').whereRef('d.id', '=', 'collection_facts.delivery_id')
      return eb.or([eb('kind', '<>', 'proved'), eb.not(eb.exists(owed.where('d.state', 'in', ['batched', 'wanted'])))])
    })
    .execute()
}

/** What transfers of these attempts left half-way was cleared. */
export async function noteCleared(tx: Tx, attemptIds: readonly string[]): Promise<void> {
  if (attemptIds.length === 0) return
  await tx
    .deleteFrom('collection_clearings')
    .where('attempt_id', 'in', [...attemptIds])
    .execute()
}
