import { batchTable, type BatchEvent, type BatchState } from '../../core/batch-state.ts'
import { deliveryTable, type DeliveryEvent, type DeliveryState } from '../../core/delivery-state.ts'
import { next } from '../../core/transition.ts'
import { workerTable, type WorkerEvent, type WorkerState } from '../../core/worker-state.ts'
import { writeEvent } from './events.ts'
import type { Tx } from './ledger.ts'
import type { BatchesTable, DeliveriesTable, WorkersTable } from './tables.ts'

/** When, why and by whom something moves; `tax_id` is the taxon whose log shows it. */
export interface Cause {
  at: Date
  why: string
  byWhom: string
  taxId?: number | null
}

/** What was seen of a row and what happens to it. */
export interface Move<State, Event> {
  seen: State
  event: Event
}

/** Moves a delivery if it is still as seen; false means that somebody was quicker, and the next pass looks again. */
export async function moveDelivery(
  tx: Tx,
  id: string,
  move: Move<DeliveryState, DeliveryEvent>,
  cause: Cause,
  set: Partial<Omit<DeliveriesTable, 'id' | 'state'>> = {},
): Promise<boolean> {
  const to = next(deliveryTable, move.seen, move.event)
  const moved = await tx
    .updateTable('deliveries')
    .set({ ...set, state: to, changed_at: cause.at.toISOString() })
    .where('id', '=', id)
    .where('state', '=', move.seen)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 0n) return false
  await writeEvent(tx, { subject: 'delivery', subjectId: id, event: move.event, from: move.seen, to }, cause)
  return true
}

/** Moves a batch if it is still as seen. */
export async function moveBatch(
  tx: Tx,
  id: string,
  move: Move<BatchState, BatchEvent>,
  cause: Cause,
  set: Partial<Omit<BatchesTable, 'id' | 'state'>> = {},
): Promise<boolean> {
  const to = next(batchTable, move.seen, move.event)
  const moved = await tx
    .updateTable('batches')
    .set({ ...set, state: to, changed_at: cause.at.toISOString() })
    .where('id', '=', id)
    .where('state', '=', move.seen)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 0n) return false
  await writeEvent(tx, { subject: 'batch', subjectId: id, event: move.event, from: move.seen, to }, cause)
  return true
}

/** Moves a worker if it is still as seen. */
export async function moveWorker(
  tx: Tx,
  name: string,
  move: Move<WorkerState, WorkerEvent>,
  cause: Cause,
  set: Partial<Omit<WorkersTable, 'name' | 'state'>> = {},
): Promise<boolean> {
  const to = next(workerTable, move.seen, move.event)
  const moved = await tx
    .updateTable('workers')
    .set({ ...set, state: to, changed_at: cause.at.toISOString() })
    .where('name', '=', name)
    .where('state', '=', move.seen)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 0n) return false
  await writeEvent(tx, { subject: 'worker', subjectId: name, event: move.event, from: move.seen, to }, cause)
  return true
}
