import type { Selectable } from 'kysely'
import type { AttemptFile } from '../attempt-folders.ts'
import type { Machine } from '../providers/provider.ts'
import { adoptRun, type OutlivedRun } from './adopt-run.ts'
import { beginCost } from './costs.ts'
import { writeEvent } from './events.ts'
import type { Tx } from './ledger.ts'
import { moveBatch, moveDelivery, type Cause } from './move-state.ts'
import type { BatchesTable, DeliveriesTable } from './tables.ts'

/**
 * Takes a machine back into a restored ledger that does not know its attempt: batch, attempt and worker are written as they were, and its
 * deliveries are found by run, revision and recipe, or written anew. Again is the same as once.
 */
export async function adoptAttempt(tx: Tx, file: AttemptFile, machine: Machine, cause: Cause): Promise<void> {
  const known = await tx.selectFrom('attempts').select('id').where('id', '=', file.attemptId).executeTakeFirst()
  if (known !== undefined) return
  const at = cause.at.toISOString()
  const over = await isOver(tx, file)
  if (!over) await adoptBatch(tx, file, cause)
  await tx
    .insertInto('attempts')
    .values({
      id: file.attemptId,
      batch_id: file.batch.id,
      number: file.attemptNumber,
      worker_name: file.workerName,
      token_hash: file.tokenHash,
      opened_at: file.openedAt,
      closed_at: over ? at : null,
      closed_why: over ? 'its batch went on without it' : '',
      machine_id: machine.id,
      heard_machine_id: null,
      heard_at: null,
      last_beat_at: null,
      progress_json: null,
      progress_at: null,
      deadline_at: file.deadlineAt,
      closing_json: null,
      closing_at: null,
      failed_why: null,
      host_key: file.hostKey ?? null,
    })
    .execute()
  await tx
    .insertInto('workers')
    .values({
      name: file.workerName,
      attempt_id: file.attemptId,
      provider: file.provider,
      state: 'booting',
      machine_id: machine.id,
      address: machine.address ?? null,
      requested_at: file.openedAt,
      changed_at: at,
      last_heard_at: null,
      ending: '',
      destroy_asked_at: null,
      missing_sightings: 0,
      held_since: null,
    })
    .execute()
  const { workerName, attemptId, batch } = file
  const { id: machineId, price, createdAt: from } = machine
  await beginCost(tx, { machineId, workerName, attemptId, chargedTaxId: batch.chargedTaxId, price, from })
  for (const run of file.assignment.runs) await adoptAttemptRun(tx, file, run, over, cause)
  await writeEvent(tx, { subject: 'attempt', subjectId: file.attemptId, event: 'adopted', to: 'booting' }, cause)
}

/**
 * Whether the attempt had ended: a later one of its batch is known (machines are adopted in any order, and one may be kept for its
 * results), or the batch is closed for good. What lies on its machine counts all the same.
 */
async function isOver(tx: Tx, { batch, attemptNumber }: AttemptFile): Promise<boolean> {
  const known = await tx.selectFrom('batches').select('state').where('id', '=', batch.id).executeTakeFirst()
  if (known?.state === 'settled' || known?.state === 'failed' || known?.state === 'cancelled') return true
  const later = tx.selectFrom('attempts').select('id').where('batch_id', '=', batch.id).where('number', '>', attemptNumber)
  return (await later.executeTakeFirst()) !== undefined
}

async function adoptBatch(tx: Tx, file: AttemptFile, cause: Cause): Promise<void> {
  const { batch } = file
  const at = cause.at.toISOString()
  const known = await tx.selectFrom('batches').select(['state', 'attempts_made']).where('id', '=', batch.id).executeTakeFirst()
  if (known === undefined) await tx.insertInto('batches').values(newBatch(file, at)).execute()
  else await bringBack(tx, batch.id, known, file.attemptNumber, cause)
  // Whatever attempt the backup still held open is an older one: it had ended before this one began.
  await tx
    .updateTable('attempts')
    .set({ closed_at: at, closed_why: 'a later attempt was adopted' })
    .where('batch_id', '=', batch.id)
    .where('closed_at', 'is', null)
    .execute()
}

/** To where the adopted attempt has it. A batch that was finished when the backup was made lost its machine later: only so could it be tried again. */
async function bringBack(tx: Tx, id: string, known: KnownBatch, attemptNumber: number, cause: Cause): Promise<void> {
  const attempts_made = Math.max(known.attempts_made, attemptNumber)
  if (known.state === 'finished') await moveBatch(tx, id, { seen: 'finished', event: 'release' }, cause)
  if (known.state === 'queued' || known.state === 'finished')
    await moveBatch(tx, id, { seen: 'queued', event: 'assign' }, cause, { attempts_made })
  else await tx.updateTable('batches').set({ attempts_made }).where('id', '=', id).execute()
}

type KnownBatch = Pick<Selectable<BatchesTable>, 'state' | 'attempts_made'>

function newBatch(file: AttemptFile, at: string): BatchesTable {
  const { batch } = file
  return {
    id: batch.id,
    name: batch.name,
    state: 'assigned',
    recipe: batch.recipe,
    keep: batch.keep,
    charged_tax_id: batch.chargedTaxId,
    expected_bytes: batch.expectedBytes,
    expected_bases: batch.expectedBases,
    memory_gb: batch.memoryGb,
    attempts_made: file.attemptNumber,
    sunk_attempts: 0,
    created_at: file.openedAt,
    changed_at: at,
  }
}

type AssignedRun = AttemptFile['assignment']['runs'][number]

/** A run as its assignment tells of it; the first source of a file is the archive's address. */
function toOutlivedRun({ runAccession, sampleAccession, taxId, readFiles }: AssignedRun, revision: string): OutlivedRun {
  const files = readFiles.map(({ name, role, sizeBytes, md5, sources }) => {
    return { name, role, sizeBytes, md5, address: (sources[0] ?? '').replace(/^[a-z]+:\/\//, '') }
  })
  return { runAccession, revision, sampleAccession, taxId, readFiles: files }
}

async function adoptAttemptRun(tx: Tx, file: AttemptFile, run: AssignedRun, over: boolean, cause: Cause): Promise<void> {
  const revision = file.revisions[run.runAccession] ?? ''
  await adoptRun(tx, toOutlivedRun(run, revision), cause.at)
  const deliveryId = await (over ? findDelivery : adoptDelivery)(tx, file, { ...run, revision }, cause)
  await tx
    .insertInto('attempt_runs')
    .values({
      attempt_id: file.attemptId,
      run_accession: run.runAccession,
      delivery_id: deliveryId,
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

interface OwedRun {
  runAccession: string
  deliveryId: string
  revision: string
}

async function adoptDelivery(tx: Tx, file: AttemptFile, run: OwedRun, cause: Cause): Promise<string> {
  const { known, open } = await knownDeliveries(tx, file, run)
  if (known?.state === 'delivered') return known.id
  // At most one delivery of a run is open for a recipe, and the machine shows which one it was last.
  for (const other of open) if (other.id !== known?.id) await supersede(tx, other, cause)
  if (known === undefined) {
    await tx
      .insertInto('deliveries')
      .values(newDelivery(file, run, cause))
      .execute()
    return run.deliveryId
  }
  await takeAgain(tx, known, file, cause)
  return known.id
}

/** The delivery that an attempt which is over may still prove: it stays where it is, and one that is not known waits for a batch. */
async function findDelivery(tx: Tx, file: AttemptFile, run: OwedRun, cause: Cause): Promise<string> {
  const { known, open } = await knownDeliveries(tx, file, run)
  if (known !== undefined) return known.id
  const state = open.length === 0 ? 'wanted' : 'dropped'
  const reason = state === 'dropped' ? 'RUN_SUPERSEDED' : null
  await tx
    .insertInto('deliveries')
    .values({ ...newDelivery(file, run, cause), state, reason, batch_id: null })
    .execute()
  return run.deliveryId
}

async function knownDeliveries(tx: Tx, { batch }: AttemptFile, run: OwedRun) {
  const rows = await tx
    .selectFrom('deliveries')
    .select(['id', 'state', 'revision'])
    .where('run_accession', '=', run.runAccession)
    .where('recipe', '=', batch.recipe)
    .execute()
  const open = rows.filter(row => row.state === 'wanted' || row.state === 'batched')
  const known = rows.find(row => row.id === run.deliveryId) ?? open.find(row => row.revision === run.revision)
  return { known, open }
}

async function supersede(tx: Tx, { id, state }: Pick<Selectable<DeliveriesTable>, 'id' | 'state'>, cause: Cause): Promise<void> {
  if (state !== 'wanted' && state !== 'batched') return
  const set = { reason: 'RUN_SUPERSEDED', detail: 'an adopted machine works on another delivery of the run', batch_id: null }
  await moveDelivery(tx, id, { seen: state, event: 'drop' }, { ...cause, why: set.detail }, set)
}

/** Into the adopted batch, wherever the older ledger thought it to be. */
async function takeAgain(
  tx: Tx,
  { id, state }: Pick<Selectable<DeliveriesTable>, 'id' | 'state'>,
  { batch }: AttemptFile,
  cause: Cause,
): Promise<void> {
  const set = { batch_id: batch.id, recipe_identity: batch.recipeIdentity, charged_tax_id: batch.chargedTaxId }
  if (state === 'batched') await tx.updateTable('deliveries').set(set).where('id', '=', id).execute()
  if (state === 'failed') await moveDelivery(tx, id, { seen: state, event: 'retry' }, cause, { reason: null, detail: '' })
  if (state === 'dropped') await moveDelivery(tx, id, { seen: state, event: 'want' }, cause, { reason: null, detail: '' })
  if (state !== 'batched') await moveDelivery(tx, id, { seen: 'wanted', event: 'take' }, cause, set)
}

function newDelivery(file: AttemptFile, run: OwedRun, cause: Cause): DeliveriesTable {
  return {
    id: run.deliveryId,
    run_accession: run.runAccession,
    revision: run.revision,
    recipe: file.batch.recipe,
    recipe_identity: file.batch.recipeIdentity,
    state: 'batched',
    charged_tax_id: file.batch.chargedTaxId,
    batch_id: file.batch.id,
    strikes: 0,
    alone: 0,
    memory_step: 0,
    reason: null,
    detail: '',
    wanted_at: file.openedAt,
    changed_at: cause.at.toISOString(),
  }
}
