import type { Selectable } from 'kysely'
import type { Reader, Tx } from './ledger.ts'
import type { AttemptRunsTable } from './tables.ts'
import { isDestroyed } from './workers.ts'

export type AttemptRunRow = Selectable<AttemptRunsTable>

/** The newest attempt's word on each run of a batch, by delivery id. */
export async function newestOutcomes(read: Reader, batchId: string): Promise<Map<string, AttemptRunRow>> {
  const rows = await read
    .selectFrom('attempt_runs as ar')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .selectAll('ar')
    .where('a.batch_id', '=', batchId)
    .orderBy('a.number')
    .execute()
  return new Map(rows.map(row => [row.delivery_id, row]))
}

/** A run whose manifest was heard of and that lies on a machine that can be reached. */
export interface Collectable {
  attemptId: string
  runAccession: string
  deliveryId: string
  manifestSha256: string | null
  machineId: string
  address: string
  /** The machine's ssh host key; undefined where machines are folders. */
  hostKey: string | undefined
  recipe: string
  recipeIdentity: string
  revision: string
  /** The taxon whose work it is. */
  chargedTaxId: number
  collectFailures: number
}

/**
 * Runs to bring home now: announced, unproved, still owed, and not waiting for another try. What a person just skipped is owed no longer.
 * `free`: only those that no collector elsewhere works on or has reported.
 */
export async function collectables(read: Reader, now: Date, atMost: number, among?: 'free'): Promise<Collectable[]> {
  const rows = await read
    .selectFrom('workers as w')
    .crossJoin('attempt_runs as ar')
    .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .select(['ar.attempt_id', 'ar.run_accession', 'ar.delivery_id', 'ar.manifest_sha256', 'ar.collect_failures'])
    .select(['w.machine_id', 'w.address', 'a.host_key', 'd.recipe', 'd.recipe_identity', 'd.revision', 'b.charged_tax_id'])
    .where('w.state', '<>', isDestroyed)
    .whereRef('ar.attempt_id', '=', 'w.attempt_id')
    .where('ar.outcome', '=', 'done')
    .where('ar.receipt_id', 'is', null)
    .where('d.state', 'in', ['batched', 'wanted'])
    .where('b.state', '<>', 'cancelled')
    .where(eb => {
      const wishes = eb.selectFrom('verdicts as v').select('v.tax_id').whereRef('v.run_accession', '=', 'ar.run_accession')
      const ofDelivery = wishes.whereRef('v.delivery_id', '=', 'ar.delivery_id')
      return eb.or([eb.exists(ofDelivery.where('v.skip', 'is', null)), eb.not(eb.exists(ofDelivery))])
    })
    .where(eb => eb.or([eb('ar.next_collect_at', 'is', null), eb('ar.next_collect_at', '<=', now.toISOString())]))
    .$if(among === 'free', query =>
      query.where(eb => {
        const facts = eb.selectFrom('collection_facts as f').select('f.kind').where('f.act', '=', 'collect')
        const ofRun = facts.whereRef('f.attempt_id', '=', 'ar.attempt_id').whereRef('f.run_accession', '=', 'ar.run_accession')
        const counts = ofRun.where(f => f.or([f('f.kind', '=', 'proved'), f('f.failures', '=', f.ref('ar.collect_failures'))]))
        const claims = eb
          .selectFrom('collection_claims as c')
          .select('c.collector')
          .whereRef('c.attempt_id', '=', 'ar.attempt_id')
        return eb.and([eb.not(eb.exists(counts)), eb.not(eb.exists(claims.where('c.until', '>', now.toISOString())))])
      }),
    )
    .orderBy('ar.heard_at')
    .limit(atMost)
    .execute()
  return rows.flatMap(row => {
    if (row.machine_id === null || row.address === null) return []
    return [
      {
        attemptId: row.attempt_id,
        runAccession: row.run_accession,
        deliveryId: row.delivery_id,
        manifestSha256: row.manifest_sha256,
        machineId: row.machine_id,
        address: row.address,
        hostKey: row.host_key ?? undefined,
        recipe: row.recipe,
        recipeIdentity: row.recipe_identity ?? '',
        revision: row.revision,
        chargedTaxId: row.charged_tax_id,
        collectFailures: row.collect_failures,
      },
    ]
  })
}

/** Sources of what is proved at home and still lies on a machine. */
export interface Removable {
  attemptId: string
  runAccession: string
  machineId: string
  address: string
  /** The machine's ssh host key; undefined where machines are folders. */
  hostKey: string | undefined
  /** How often it was tried in vain. */
  failures: number
}

/** Sources to remove now: not those that wait for another try. */
export async function removables(read: Reader, now: Date, atMost: number): Promise<Removable[]> {
  const rows = await read
    .selectFrom('workers as w')
    .crossJoin('attempt_runs as ar')
    .crossJoin('attempts as a')
    .select(['ar.attempt_id', 'ar.run_accession', 'ar.collect_failures', 'w.machine_id', 'w.address', 'a.host_key'])
    .where('w.state', '<>', isDestroyed)
    .whereRef('ar.attempt_id', '=', 'w.attempt_id')
    .whereRef('a.id', '=', 'w.attempt_id')
    .where('ar.receipt_id', 'is not', null)
    .where('ar.removed_at', 'is', null)
    .where(eb => eb.or([eb('ar.next_collect_at', 'is', null), eb('ar.next_collect_at', '<=', now.toISOString())]))
    .limit(atMost)
    .execute()
  return rows.flatMap(row => {
    const { attempt_id: attemptId, run_accession: runAccession, machine_id: machineId, address, collect_failures: failures } = row
    const hostKey = row.host_key ?? undefined
    return machineId === null || address === null ? [] : [{ attemptId, runAccession, machineId, address, hostKey, failures }]
  })
}

/** Writes down that the sources were removed. */
export async function noteRemoved(tx: Tx, attemptId: string, runAccession: string, at: Date): Promise<void> {
  await tx
    .updateTable('attempt_runs')
    .set({ removed_at: at.toISOString(), collect_failures: 0, next_collect_at: null, collect_error: '' })
    .where('attempt_id', '=', attemptId)
    .where('run_accession', '=', runAccession)
    .execute()
}

/** Writes down a transfer (or, of what is proved, a removal) that failed, and when it is tried again. */
export async function noteCollectFailure(
  tx: Tx,
  which: { attemptId: string; runAccession: string },
  failure: { why: string; nextAt: Date },
): Promise<void> {
  await tx
    .updateTable('attempt_runs')
    .set(eb => ({
      collect_failures: eb('collect_failures', '+', 1),
      collect_error: failure.why,
      next_collect_at: failure.nextAt.toISOString(),
    }))
    .where('attempt_id', '=', which.attemptId)
    .where('run_accession', '=', which.runAccession)
    .execute()
}

/** By attempt: proved runs whose sources still lie on the machine. */
export async function unremovedCounts(read: Reader, attemptIds: readonly string[]): Promise<Map<string, number>> {
  if (attemptIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('attempt_runs')
    .select(['attempt_id', eb => eb.fn.countAll<number>().as('count')])
    .where('attempt_id', 'in', [...attemptIds])
    .where('receipt_id', 'is not', null)
    .where('removed_at', 'is', null)
    .groupBy('attempt_id')
    .execute()
  return new Map(rows.map(row => [row.attempt_id, row.count]))
}
