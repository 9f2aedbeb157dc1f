import { sql, type Selectable } from 'kysely'
import type { Reader, Tx } from './ledger.ts'
import type { AttemptsTable, BatchesTable, WorkersTable } from './tables.ts'

export type WorkerRow = Selectable<WorkersTable>

/** A worker that is not destroyed, with its attempt and batch. */
export interface LiveWorker {
  worker: WorkerRow
  attempt: Selectable<AttemptsTable>
  batch: Selectable<BatchesTable>
  /** Runs of it that a manifest was heard of and that are neither at home nor without worth. */
  unproved: number
}

/** Whether a worker is alive only for the sake of results that are not at home yet. */
export function isHeld({ worker, batch, unproved }: LiveWorker): boolean {
  return unproved > 0 && (worker.held_since !== null || batch.state === 'finished' || worker.state === 'destroying')
}

/** As a literal: an index on some rows only is not used for a value that is bound later. */
export const isDestroyed = sql.lit<'destroyed'>('destroyed')

/** Workers that are not destroyed. */
export async function liveWorkers(read: Reader): Promise<LiveWorker[]> {
  const workers = await read.selectFrom('workers').selectAll().where('state', '<>', isDestroyed).orderBy('name').execute()
  if (workers.length === 0) return []
  const attemptIds = workers.map(worker => worker.attempt_id)
  const attempts = new Map(
    (await read.selectFrom('attempts').selectAll().where('id', 'in', attemptIds).execute()).map(attempt => [attempt.id, attempt]),
  )
  const batchIds = [...attempts.values()].map(attempt => attempt.batch_id)
  const batches = new Map(
    (await read.selectFrom('batches').selectAll().where('id', 'in', batchIds).execute()).map(batch => [batch.id, batch]),
  )
  const unproved = await unprovedCounts(read, attemptIds)
  return workers.flatMap(worker => {
    const attempt = attempts.get(worker.attempt_id)
    const batch = attempt && batches.get(attempt.batch_id)
    return attempt && batch ? [{ worker, attempt, batch, unproved: unproved.get(attempt.id) ?? 0 }] : []
  })
}

/**
 * Runs that a manifest was heard of, that no receipt proves, and that somebody is still owed. Surplus copies of what is delivered,
 * and what a person skipped or the archive superseded, are not unproved.
 */
async function unprovedCounts(read: Reader, attemptIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await read
    .selectFrom('attempt_runs as ar')
    .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .select(['ar.attempt_id', eb => eb.fn.countAll<number>().as('count')])
    .where('ar.attempt_id', 'in', [...attemptIds])
    .where('ar.outcome', '=', 'done')
    .where('ar.receipt_id', 'is', null)
    .where('d.state', 'in', ['batched', 'wanted'])
    .where('b.state', '<>', 'cancelled')
    .groupBy('ar.attempt_id')
    .execute()
  return new Map(rows.map(row => [row.attempt_id, row.count]))
}

/** How often, in a row, the provider's list has not shown it. */
export async function setMissingSightings(tx: Tx, name: string, sightings: number): Promise<void> {
  await tx.updateTable('workers').set({ missing_sightings: sightings }).where('name', '=', name).execute()
}

/** Where the machine that is bound to a worker can be reached. */
export async function setAddress(tx: Tx, name: string, machineId: string, address: string): Promise<void> {
  await tx.updateTable('workers').set({ address }).where('name', '=', name).where('machine_id', '=', machineId).execute()
}

/** Writes down that its deletion was asked for, now. */
export async function noteDestroyAsked(tx: Tx, name: string, at: Date): Promise<void> {
  await tx.updateTable('workers').set({ destroy_asked_at: at.toISOString() }).where('name', '=', name).execute()
}

/** Its next beat is answered with `stop`; the agent then ends its pipeline and closes. */
export async function tellToStop(tx: Tx, attemptId: string, why: string): Promise<void> {
  await tx.updateTable('attempts').set({ failed_why: why }).where('id', '=', attemptId).where('failed_why', 'is', null).execute()
}

/** Since when unproved results hold a machine that would otherwise go; null when nothing holds it any more. The first instant stands. */
export async function setHeldSince(tx: Tx, name: string, at: Date | null): Promise<void> {
  const update = tx.updateTable('workers').where('name', '=', name)
  if (at === null) await update.set({ held_since: null }).execute()
  else await update.set({ held_since: at.toISOString() }).where('held_since', 'is', null).execute()
}

/** A worker with its attempt and batch, as the sweep sees it. */
export interface Owner {
  workerName: string
  workerState: WorkerRow['state']
  attemptId: string
  attemptOpen: boolean
  machineId: string | undefined
  requestedAtMs: number
  changedAtMs: number
  missingSightings: number
  batchId: string
  batchState: BatchesTable['state']
  sunkAttempts: number
  chargedTaxId: number
  /** It is kept because of results that are not yet at home. */
  held: boolean
}

/** Workers that are not destroyed, and those of these attempts in whatever state. */
export async function ownersOf(read: Reader, attemptIds: readonly string[]): Promise<Owner[]> {
  const alive = await owners(read).where('w.state', '<>', isDestroyed).execute()
  const known = new Set(alive.map(row => row.attempt_id))
  const others = attemptIds.filter(id => !known.has(id))
  const rows = others.length === 0 ? alive : [...alive, ...(await owners(read).where('w.attempt_id', 'in', others).execute())]
  return rows.map(row => ({
    workerName: row.name,
    workerState: row.state,
    attemptId: row.attempt_id,
    attemptOpen: row.closed_at === null,
    machineId: row.machine_id ?? undefined,
    requestedAtMs: Date.parse(row.requested_at),
    changedAtMs: Date.parse(row.changed_at),
    missingSightings: row.missing_sightings,
    batchId: row.batch_id,
    batchState: row.batch_state,
    sunkAttempts: row.sunk_attempts,
    chargedTaxId: row.charged_tax_id,
    held: row.held_since !== null,
  }))
}

/** Crossed, because SQLite keeps the order of such joins: it begins with the workers. */
function owners(read: Reader) {
  return read
    .selectFrom('workers as w')
    .crossJoin('attempts as a')
    .crossJoin('batches as b')
    .select(['w.name', 'w.state', 'w.attempt_id', 'a.closed_at', 'w.machine_id', 'w.requested_at', 'w.changed_at'])
    .select(['w.missing_sightings', 'w.held_since'])
    .select(['b.id as batch_id', 'b.state as batch_state', 'b.sunk_attempts', 'b.charged_tax_id'])
    .whereRef('a.id', '=', 'w.attempt_id')
    .whereRef('b.id', '=', 'a.batch_id')
}
