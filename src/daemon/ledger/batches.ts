import { sql, type Selectable } from 'kysely'
import type { Deliverable } from '../../core/packing.ts'
import type { Reader, Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'
import type { BatchesTable } from './tables.ts'
import { activeTaxa } from './wanted-deliveries.ts'

export type BatchRow = Selectable<BatchesTable>

/** States of a batch that is not at an end. As literals: an index on some rows only is not used for a value that is bound later. */
export const openBatchStates = (['queued', 'assigned', 'started', 'finished'] as const).map(state => sql.lit<typeof state>(state))

/** Batches that are not at an end: queued, assigned, started, finished. */
export function openBatches(read: Reader): Promise<BatchRow[]> {
  return read
    .selectFrom('batches')
    .selectAll()
    .where('state', 'in', openBatchStates)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Batches that were given up or cancelled and still hold deliveries. */
export function closedBatchesWithDeliveries(read: Reader): Promise<BatchRow[]> {
  return read
    .selectFrom('deliveries as d')
    .crossJoin('batches as b')
    .selectAll('b')
    .distinct()
    .where('d.state', '=', sql.lit<'batched'>('batched'))
    .whereRef('b.id', '=', 'd.batch_id')
    .where('b.state', 'in', ['failed', 'cancelled', 'settled'])
    .execute()
}

/** A batch to be made. */
export interface NewBatch {
  id: string
  recipe: string
  recipeIdentity: string
  keep: string
  chargedTaxId: number
  memoryGb: number
  deliveries: Deliverable[]
}

/**
 * Makes a queued batch of the deliveries that are still wanted by the taxon that is to pay for them; makes none when nobody is left. The
 * taxon may have been removed, paused or set otherwise since it was seen: then the next pass looks again. The number taken.
 */
export async function takeBatch(tx: Tx, batch: NewBatch, cause: Cause): Promise<number> {
  let bytes = 0
  let bases = 0
  let taken = 0
  const wished = await wishedBy(tx, batch)
  for (const delivery of batch.deliveries) {
    if (!wished.has(delivery.id)) continue
    const set = { batch_id: batch.id, charged_tax_id: batch.chargedTaxId, recipe_identity: batch.recipeIdentity }
    if (!(await moveDelivery(tx, delivery.id, { seen: 'wanted', event: 'take' }, cause, set))) continue
    taken += 1
    bytes += delivery.bytes
    bases += delivery.bases ?? 0
  }
  if (taken === 0) return 0
  const at = cause.at.toISOString()
  await tx
    .insertInto('batches')
    .values({
      id: batch.id,
      name: await batchName(tx, batch.chargedTaxId, cause.at),
      state: 'queued',
      recipe: batch.recipe,
      keep: batch.keep,
      charged_tax_id: batch.chargedTaxId,
      expected_bytes: bytes,
      expected_bases: bases,
      memory_gb: batch.memoryGb,
      attempts_made: 0,
      sunk_attempts: 0,
      created_at: at,
      changed_at: at,
    })
    .execute()
  return taken
}

/** The deliveries of a batch that its taxon accepts, as long as that is worked on. */
async function wishedBy(tx: Tx, { chargedTaxId, deliveries }: NewBatch): Promise<Set<string>> {
  const isActive = (await activeTaxa(tx)).some(({ taxId }) => taxId === chargedTaxId)
  if (!isActive) return new Set()
  const rows = await tx
    .selectFrom('deliveries as d')
    .innerJoin('verdicts as v', join => join.onRef('v.run_accession', '=', 'd.run_accession').onRef('v.delivery_id', '=', 'd.id'))
    .select('d.id')
    .where(
      'd.id',
      'in',
      deliveries.map(({ id }) => id),
    )
    .where('v.tax_id', '=', chargedTaxId)
    .where('v.verdict', '=', 'accepted')
    .where('v.skip', 'is', null)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** `<taxon>-<day>-<letter>`: a name that people can say. */
async function batchName(tx: Tx, taxId: number, at: Date): Promise<string> {
  const taxon = await tx.selectFrom('taxa').select('scientific_name').where('tax_id', '=', taxId).executeTakeFirst()
  const slug = (taxon?.scientific_name ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  const stem = `${slug === '' ? taxId : slug.slice(0, 40)}-${at.toISOString().slice(0, 10)}-`
  const { count } = await tx
    .selectFrom('batches')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('charged_tax_id', '=', taxId)
    .where('created_at', '>=', at.toISOString().slice(0, 10))
    .executeTakeFirstOrThrow()
  return `${stem}${letters(count)}`
}

/** 0 → a, 25 → z, 26 → aa, as columns of a sheet are named. */
export function letters(place: number): string {
  const last = String.fromCharCode(97 + (place % 26))
  return place < 26 ? last : `${letters(Math.floor(place / 26) - 1)}${last}`
}

/** A batch that waits for a worker, with how much is left in it. */
export interface QueuedBatch {
  batchId: string
  attemptsMade: number
  queuedAtMs: number
  priority: number
  deliveries: number
}

/** Batches that wait for a worker. */
export async function queuedBatches(read: Reader): Promise<QueuedBatch[]> {
  const rows = await read
    .selectFrom('batches as b')
    .leftJoin('taxa as t', 't.tax_id', 'b.charged_tax_id')
    .select(['b.id', 'b.attempts_made', 'b.changed_at', 't.priority'])
    .select(eb =>
      eb
        .selectFrom('deliveries as d')
        .select(inner => inner.fn.countAll<number>().as('count'))
        .whereRef('d.batch_id', '=', 'b.id')
        .where('d.state', '=', 'batched')
        .as('deliveries'),
    )
    .where('b.state', 'in', openBatchStates)
    .where('b.state', '=', 'queued')
    .execute()
  return rows.map(row => ({
    batchId: row.id,
    attemptsMade: row.attempts_made,
    queuedAtMs: Date.parse(row.changed_at),
    priority: row.priority ?? 0,
    deliveries: row.deliveries ?? 0,
  }))
}

/** A queued batch with the runs of it that are still batched. */
export interface BatchToBegin {
  batch: BatchRow
  runs: {
    run_accession: string
    delivery_id: string
    sample_accession: string
    tax_id: number
    revision: string
    files_json: string
  }[]
}

/** What is left of a queued batch; undefined when it is no longer queued. Runs whose files changed meanwhile are left out. */
export async function batchToBegin(read: Reader, batchId: string): Promise<BatchToBegin | undefined> {
  const batch = await read
    .selectFrom('batches')
    .selectAll()
    .where('id', '=', batchId)
    .where('state', '=', 'queued')
    .executeTakeFirst()
  if (batch === undefined) return undefined
  const runs = await read
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
    .select(['d.run_accession', 'd.id as delivery_id', 'r.sample_accession', 'r.tax_id', 'd.revision', 'r.files_json'])
    .where('d.batch_id', '=', batchId)
    .where('d.state', '=', 'batched')
    .whereRef('r.revision', '=', 'd.revision')
    .orderBy('d.run_accession')
    .execute()
  return { batch, runs }
}
