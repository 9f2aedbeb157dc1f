import type { BatchState } from '../../../core/batch-state.ts'
import type { DeliveryState } from '../../../core/delivery-state.ts'
import type { Ledger, Reader, Tx } from '../ledger.ts'
import { moveBatch, moveDelivery, type Cause } from '../move-state.ts'
import { removeTaxon } from '../taxa.ts'
import { markUnjudged } from '../verdicts.ts'

/** A delivery that is in a batch, and wanted by nobody else. */
interface Batched {
  deliveryId: string
  runAccession: string
  batchId: string
}

/** What removing a taxon does, before it is done. */
export interface Removal {
  /** Owed and not begun, by nobody else: dropped. */
  dropped: number
  /** Of those, already packed into a batch that waits for a worker. */
  packed: Batched[]
  /** Owed, and wanted by another taxon too. */
  shared: number
  /** In a batch that has begun, by nobody else: brought home first, or cancelled. */
  batched: Batched[]
  /** Batches in which nothing else is: with `cancel` they end. */
  batches: { id: string; name: string; state: BatchState }[]
}

/** Looks at what a taxon has under way. */
export async function lookAtRemoval(read: Reader, taxId: number): Promise<Removal> {
  const own = await openDeliveries(read, taxId)
  const alone = own.filter(delivery => !delivery.isShared)
  const inBatch = alone.flatMap(({ id, state, runAccession, batchId, batchState }) =>
    state === 'batched' && batchId !== null ? [{ deliveryId: id, runAccession, batchId, batchState }] : [],
  )
  const packed = inBatch.filter(delivery => delivery.batchState === 'queued')
  return {
    dropped: alone.length - inBatch.length + packed.length,
    packed,
    shared: own.length - alone.length,
    batched: inBatch.filter(delivery => delivery.batchState !== 'queued'),
    batches: await batchesOfOnly(read, inBatch),
  }
}

interface OpenDelivery {
  id: string
  state: DeliveryState
  runAccession: string
  batchId: string | null
  batchState: BatchState | null
  /** Another tracked taxon accepts the run too, by the same delivery, or is to judge it anew. */
  isShared: boolean
}

async function openDeliveries(read: Reader, taxId: number): Promise<OpenDelivery[]> {
  const rows = await read
    .selectFrom('deliveries as d')
    .innerJoin('verdicts as v', 'v.run_accession', 'd.run_accession')
    .leftJoin('batches as b', 'b.id', 'd.batch_id')
    .select(['d.id', 'd.state', 'd.run_accession', 'd.batch_id', 'b.state as batch_state'])
    .select(eb =>
      eb
        .exists(
          eb
            .selectFrom('verdicts as o')
            .innerJoin('taxa as t', 't.tax_id', 'o.tax_id')
            .select('o.tax_id')
            .whereRef('o.run_accession', '=', 'd.run_accession')
            .whereRef('o.delivery_id', '=', 'd.id')
            .where('o.tax_id', '<>', taxId)
            .where('o.verdict', 'in', ['accepted', 'unjudged'])
            .where('o.skip', 'is', null)
            .where('t.state', '=', 'tracked'),
        )
        .as('is_shared'),
    )
    .where('v.tax_id', '=', taxId)
    // What works at its charge is its own even when it asks for more or for another recipe since, and points elsewhere or at nothing.
    .where(eb =>
      eb.or([
        eb('v.delivery_id', '=', eb.ref('d.id')),
        eb.and([eb('d.charged_tax_id', '=', taxId), eb.or([eb('v.delivery_id', 'is', null), eb('d.state', '=', 'batched')])]),
      ]),
    )
    .where('d.state', 'in', ['wanted', 'batched'])
    .orderBy('d.id')
    .execute()
  return rows.map(row => ({
    id: row.id,
    state: row.state,
    runAccession: row.run_accession,
    batchId: row.batch_id,
    batchState: row.batch_state,
    isShared: Boolean(row.is_shared),
  }))
}

async function batchesOfOnly(read: Reader, batched: readonly Batched[]): Promise<Removal['batches']> {
  const own = new Set(batched.map(delivery => delivery.deliveryId))
  const found: Removal['batches'] = []
  for (const batchId of new Set(batched.map(delivery => delivery.batchId))) {
    const inside = await read
      .selectFrom('deliveries')
      .select('id')
      .where('batch_id', '=', batchId)
      .where('state', '=', 'batched')
      .execute()
    if (!inside.every(delivery => own.has(delivery.id))) continue
    const batch = await read.selectFrom('batches').select(['id', 'name', 'state']).where('id', '=', batchId).executeTakeFirst()
    if (batch !== undefined) found.push(batch)
  }
  return found
}

/** What is at an end, or finished and only waits to be brought home, cannot be cancelled. */
export function mayCancel(state: BatchState): state is 'queued' | 'assigned' | 'started' {
  return state === 'queued' || state === 'assigned' || state === 'started'
}

/** Of what is batched, the runs whose work a cancel loses: not those of batches that are finished. */
export function lostBy(removal: Removal): readonly Batched[] {
  const finished = new Set(removal.batches.filter(batch => !mayCancel(batch.state)).map(batch => batch.id))
  return removal.batched.filter(delivery => !finished.has(delivery.batchId))
}

/**
 * Removes a taxon: it is no longer tracked, what waits for a worker for it alone is dropped, and the filter stage drops what else it alone
 * owed. With `cancel` its batches end too, in the same transaction. Again is the same as once. What it meant, as it stood before.
 */
export async function removeTaxonRow(ledger: Ledger, taxId: number, cancel: boolean, cause: Cause): Promise<Removal> {
  const why = { ...cause, taxId }
  return ledger.write(async tx => {
    const removal = await lookAtRemoval(tx, taxId)
    await removeTaxon(tx, taxId, why)
    await dropDeliveries(tx, removal.packed, `taxon ${taxId} was removed before a worker began it`, why)
    if (cancel) await cancelWork(tx, removal, why)
    return removal
  })
}

async function cancelWork(tx: Tx, removal: Removal, cause: Cause): Promise<void> {
  for (const batch of removal.batches) {
    if (mayCancel(batch.state)) await moveBatch(tx, batch.id, { seen: batch.state, event: 'cancel' }, cause)
  }
  await dropDeliveries(tx, lostBy(removal), `taxon ${cause.taxId ?? ''} was removed and its work cancelled`, cause)
}

/** Their runs are judged anew: where the taxon is tracked again before the next pass, nothing else would tell that they are owed again. */
async function dropDeliveries(tx: Tx, batched: readonly Batched[], detail: string, cause: Cause): Promise<void> {
  const set = { reason: 'TAXON_REMOVED', detail, batch_id: null }
  for (const { deliveryId } of batched) await moveDelivery(tx, deliveryId, { seen: 'batched', event: 'drop' }, cause, set)
  await markUnjudged(
    tx,
    batched.map(({ runAccession }) => runAccession),
  )
}
