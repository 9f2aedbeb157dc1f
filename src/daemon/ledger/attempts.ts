import type { Selectable } from 'kysely'
import type { Reader, Tx } from './ledger.ts'
import { noteBootFailure } from './boot-failures.ts'
import { moveBatch, moveWorker, type Cause } from './move-state.ts'
import type { AttemptsTable, BatchesTable, WorkersTable } from './tables.ts'
import type { BatchState } from '../../core/batch-state.ts'
import type { WorkerEvent, WorkerState } from '../../core/worker-state.ts'

export type AttemptRow = Selectable<AttemptsTable>

/** An attempt to be opened: one batch given to one worker. */
export interface NewAttempt {
  id: string
  number: number
  workerName: string
  provider: string
  tokenHash: string
  deadlineAt: Date
  /** Names the recipe as the worker is given it. */
  recipeIdentity: string
  /** The public ssh host key that its machine is given; undefined where machines are folders. */
  hostKey: string | undefined
  runs: { runAccession: string; deliveryId: string }[]
}

/**
 * The intent: batch assigned, attempt open, worker requested, in one transaction and before anything is created.
 * False when the batch is no longer as it was seen.
 */
export async function openAttempt(tx: Tx, batchId: string, attempt: NewAttempt, cause: Cause): Promise<boolean> {
  const assigned = await moveBatch(tx, batchId, { seen: 'queued', event: 'assign' }, cause, { attempts_made: attempt.number })
  if (!assigned) return false
  const at = cause.at.toISOString()
  await tx
    .insertInto('attempts')
    .values({
      id: attempt.id,
      batch_id: batchId,
      number: attempt.number,
      worker_name: attempt.workerName,
      token_hash: attempt.tokenHash,
      opened_at: at,
      closed_at: null,
      closed_why: '',
      machine_id: null,
      heard_machine_id: null,
      heard_at: null,
      last_beat_at: null,
      progress_json: null,
      progress_at: null,
      deadline_at: attempt.deadlineAt.toISOString(),
      closing_json: null,
      closing_at: null,
      failed_why: null,
      host_key: attempt.hostKey ?? null,
    })
    .execute()
  await insertWorker(tx, attempt, at)
  for (const run of attempt.runs) await insertAttemptRun(tx, attempt.id, run)
  // The recipe may have changed since they were packed: what is done is named, not what was meant.
  await tx
    .updateTable('deliveries')
    .set({ recipe_identity: attempt.recipeIdentity })
    .where('batch_id', '=', batchId)
    .where('state', '=', 'batched')
    .execute()
  return true
}

async function insertWorker(tx: Tx, attempt: NewAttempt, at: string): Promise<void> {
  const worker: WorkersTable = {
    name: attempt.workerName,
    attempt_id: attempt.id,
    provider: attempt.provider,
    state: 'requested',
    machine_id: null,
    address: null,
    requested_at: at,
    changed_at: at,
    last_heard_at: null,
    ending: '',
    destroy_asked_at: null,
    missing_sightings: 0,
    held_since: null,
  }
  await tx.insertInto('workers').values(worker).execute()
}

async function insertAttemptRun(tx: Tx, attemptId: string, run: { runAccession: string; deliveryId: string }): Promise<void> {
  await tx
    .insertInto('attempt_runs')
    .values({
      attempt_id: attemptId,
      run_accession: run.runAccession,
      delivery_id: run.deliveryId,
      outcome: 'none',
      reason: null,
      detail: '',
      cure: null,
      heard_at: null,
      manifest_sha256: null,
      collect_failures: 0,
      next_collect_at: null,
      collect_error: '',
      receipt_id: null,
      removed_at: null,
    })
    .execute()
}

/** Binds the machine to the attempt: from now on only this one is listened to. */
export async function bindMachine(
  tx: Tx,
  attemptId: string,
  workerName: string,
  machine: { id: string; address: string | undefined },
): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ machine_id: machine.id })
    .where('id', '=', attemptId)
    .where('machine_id', 'is', null)
    .execute()
  await tx
    .updateTable('workers')
    .set({ machine_id: machine.id, address: machine.address ?? null })
    .where('name', '=', workerName)
    .execute()
}

/** What is known of an attempt that ends without having done its work. */
export interface Sunk {
  attemptId: string
  worker: { name: string; state: WorkerState; event: WorkerEvent | undefined }
  batch: { id: string; state: BatchState; sunkAttempts: number }
  /** Whether it ever had a machine. Only where its work was started is it a strike, and counts towards giving up. */
  hadMachine: boolean
  /** False: its machine said itself that its agent never began. */
  booted?: boolean
  /** Sunk attempts after which a batch is given up. */
  maxAttempts: number
}

/**
 * Ends an attempt that sank: the worker moves, the attempt closes, the batch is queued again or given up, and every run that it left
 * unfinished is suspect. One transaction; false when the worker is no longer as it was seen.
 */
export async function sinkAttempt(tx: Tx, sunk: Sunk, cause: Cause): Promise<boolean> {
  const { worker } = sunk
  if (worker.event !== undefined) {
    const moved = await moveWorker(tx, worker.name, { seen: worker.state, event: worker.event }, cause, { ending: cause.why })
    if (!moved) return false
  }
  // A closed attempt no longer holds its batch: another one may work on it, adopted after a restore.
  if (await closeAttempt(tx, sunk.attemptId, cause)) {
    // A machine that never came to work is no fault of what it was to do.
    const worked = sunk.hadMachine && sunk.booted !== false && sunk.batch.state !== 'assigned'
    await releaseBatch(tx, { ...sunk, worked }, cause)
    if (sunk.hadMachine && !worked) await noteBootFailure(tx, cause)
  }
  if (worker.event === 'vanish') await loseResults(tx, sunk.attemptId)
  return true
}

async function releaseBatch(
  tx: Tx,
  { attemptId, batch, worked, maxAttempts }: Sunk & { worked: boolean },
  cause: Cause,
): Promise<void> {
  const sunkAttempts = batch.sunkAttempts + (worked ? 1 : 0)
  if (batch.state !== 'assigned' && batch.state !== 'started' && batch.state !== 'finished') return
  const givesUp = worked && sunkAttempts >= maxAttempts && batch.state !== 'finished'
  const event = givesUp ? 'giveUp' : 'release'
  await moveBatch(tx, batch.id, { seen: batch.state, event }, cause, { sunk_attempts: sunkAttempts })
  if (worked) await suspectUnfinished(tx, attemptId, batch.id)
}

/** Closes an attempt: from now on its agent is answered 410. False when it was closed already. */
export async function closeAttempt(tx: Tx, attemptId: string, cause: Cause): Promise<boolean> {
  const closed = await tx
    .updateTable('attempts')
    .set({ closed_at: cause.at.toISOString(), closed_why: cause.why })
    .where('id', '=', attemptId)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return closed.numUpdatedRows > 0n
}

async function suspectUnfinished(tx: Tx, attemptId: string, batchId: string): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set(eb => ({ strikes: eb('strikes', '+', 1) }))
    .where('state', '=', 'batched')
    .where('batch_id', '=', batchId)
    .where('id', 'in', eb =>
      eb.selectFrom('attempt_runs').select('delivery_id').where('attempt_id', '=', attemptId).where('outcome', '=', 'none'),
    )
    .execute()
}

/** What was announced and not brought home went with the machine: it holds nothing any more, and is no fault of the runs. */
export async function loseResults(tx: Tx, attemptId: string): Promise<void> {
  await tx
    .updateTable('attempt_runs')
    .set({ outcome: 'none', detail: 'its results vanished with the machine' })
    .where('attempt_id', '=', attemptId)
    .where('outcome', '=', 'done')
    .where('receipt_id', 'is', null)
    .execute()
}

/** Open attempts whose worker is being destroyed or is destroyed: their batch is still to be released. */
export async function orphanedAttempts(
  read: Reader,
): Promise<{ attempt: AttemptRow; batch: Selectable<BatchesTable>; worker: Selectable<WorkersTable> }[]> {
  const attempts = await read
    .selectFrom('attempts as a')
    .innerJoin('workers as w', 'w.attempt_id', 'a.id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .select('a.id')
    .where('a.closed_at', 'is', null)
    .where('w.state', 'in', ['destroying', 'destroyed'])
    .where('b.state', 'in', ['assigned', 'started', 'finished'])
    .execute()
  const found = []
  for (const { id } of attempts) {
    const attempt = await read.selectFrom('attempts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const batch = await read.selectFrom('batches').selectAll().where('id', '=', attempt.batch_id).executeTakeFirstOrThrow()
    const worker = await read.selectFrom('workers').selectAll().where('attempt_id', '=', id).executeTakeFirstOrThrow()
    found.push({ attempt, batch, worker })
  }
  return found
}

/** Closes whatever attempts of a batch are still open. */
export async function closeAttemptsOf(tx: Tx, batchId: string, cause: Cause): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ closed_at: cause.at.toISOString(), closed_why: cause.why })
    .where('batch_id', '=', batchId)
    .where('closed_at', 'is', null)
    .execute()
}
