import type { Selectable } from 'kysely'
import type { Deliverable } from '../../core/packing.ts'
import type { Reader, Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'
import type { BatchesTable } from './tables.ts'

export type BatchRow = Selectable<BatchesTable>

/** Batches that are not at an end: queued, assigned, started, finished. */
export function openBatches(read: Reader): Promise<BatchRow[]> {
  return read
    .selectFrom('batches')
    .selectAll()
    .where('state', 'in', ['queued', 'assigned', 'started', 'finished'])
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Batches that were given up or cancelled and still hold deliveries. */
export function closedBatchesWithDeliveries(read: Reader): Promise<BatchRow[]> {
  return read
    .selectFrom('batches as b')
    .innerJoin('deliveries as d', 'd.batch_id', 'b.id')
    .selectAll('b')
    .distinct()
    .where('d.state', '=', 'batched')
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

/** Makes a queued batch of the deliveries that are still wanted; makes none when nobody is left. The number taken. */
export async function takeBatch(tx: Tx, batch: NewBatch, cause: Cause): Promise<number> {
  let bytes = 0
  let bases = 0
  let taken = 0
  for (const delivery of batch.deliveries) {
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

/** Batches that wait for a worker, with how much is left in them. */
export async function queuedBatches(
  read: Reader,
): Promise<{ batchId: string; attemptsMade: number; queuedAtMs: number; priority: number; deliveries: number }[]> {
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
    recipe_identity: string | null
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
    .select([
      'd.run_accession',
      'd.id as delivery_id',
      'r.sample_accession',
      'r.tax_id',
      'd.revision',
      'd.recipe_identity',
      'r.files_json',
    ])
    .where('d.batch_id', '=', batchId)
    .where('d.state', '=', 'batched')
    .whereRef('r.revision', '=', 'd.revision')
    .orderBy('d.run_accession')
    .execute()
  return { batch, runs }
}
