import type { Selectable } from 'kysely'
import type { Created } from '../providers/provider.ts'
import { bindMachine, sinkAttempt } from './attempts.ts'
import { openAttention, type Need } from './attention.ts'
import { beginCost } from './costs.ts'
import type { Tx } from './ledger.ts'
import { moveWorker, type Cause } from './move-state.ts'
import { freeReservation } from './reservations.ts'
import { shortagesBeforeAsking, shortagesOf, whyWithoutMachine } from './shortages.ts'
import type { BatchesTable, WorkersTable } from './tables.ts'

const byWhom = 'provision'

interface Asked {
  attemptId: string
  worker: Selectable<WorkersTable>
  batch: Selectable<BatchesTable>
  cause: Omit<Cause, 'why'>
  maxAttempts: number
}

/**
 * Writes down what became of a create. Created: the machine is bound. Refused or without capacity: the attempt never had a machine,
 * its batch waits in the queue, and it is no strike; a person is asked at once, or when there was no capacity several times in a row.
 * Unknown: nothing is written; the attempt's tag will tell.
 */
export async function recordCreate(
  tx: Tx,
  attemptId: string,
  outcome: Created,
  how: { at: Date; maxAttempts: number },
): Promise<void> {
  if (outcome.kind === 'unknown') return
  const worker = await tx.selectFrom('workers').selectAll().where('attempt_id', '=', attemptId).executeTakeFirst()
  const attempt = await tx.selectFrom('attempts').selectAll().where('id', '=', attemptId).executeTakeFirst()
  if (worker?.state !== 'requested' || attempt === undefined) return
  const batch = await tx.selectFrom('batches').selectAll().where('id', '=', attempt.batch_id).executeTakeFirstOrThrow()
  const cause = { at: how.at, byWhom, taxId: batch.charged_tax_id }
  const asked = { attemptId, worker, batch, cause, maxAttempts: how.maxAttempts }
  if (outcome.kind === 'created') await recordCreated(tx, asked, outcome.machine)
  else await recordNotCreated(tx, asked, outcome)
}

async function recordCreated(
  tx: Tx,
  { attemptId, worker, batch, cause }: Asked,
  machine: Extract<Created, { kind: 'created' }>['machine'],
): Promise<void> {
  const why = `the provider made ${machine.id}`
  if (!(await moveWorker(tx, worker.name, { seen: 'requested', event: 'created' }, { ...cause, why }))) return
  await bindMachine(tx, attemptId, worker.name, machine)
  await beginCost(tx, {
    machineId: machine.id,
    workerName: worker.name,
    attemptId,
    chargedTaxId: batch.charged_tax_id,
    price: machine.price,
    from: machine.createdAt,
  })
}

async function recordNotCreated(
  tx: Tx,
  { attemptId, worker, batch, cause, maxAttempts }: Asked,
  outcome: Extract<Created, { why: string }>,
): Promise<void> {
  await sinkAttempt(
    tx,
    {
      attemptId,
      worker: { name: worker.name, state: 'requested', event: 'neverBorn' },
      batch: { id: batch.id, state: batch.state, sunkAttempts: batch.sunk_attempts },
      hadMachine: false,
      maxAttempts,
    },
    { ...cause, why: whyWithoutMachine(outcome) },
  )
  await freeReservation(tx, attemptId, cause.at)
  const need = outcome.kind === 'refused' ? refused(outcome.why) : await shortNeed(tx, batch, outcome.why)
  if (need !== undefined) await openAttention(tx, need, cause.at, byWhom)
}

const installation = { subject: 'installation', subjectId: 'installation' } as const

function refused(why: string): Need {
  return { ...installation, cause: 'provider-refused', evidence: why, tried: 'one create' }
}

async function shortNeed(tx: Tx, { id, name }: Selectable<BatchesTable>, why: string): Promise<Need | undefined> {
  const times = (await shortagesOf(tx, [id])).get(id) ?? 0
  if (times < shortagesBeforeAsking) return undefined
  const tried = `${times} creates in a row; it is tried again, at most an hour apart`
  return { ...installation, cause: 'no-capacity', evidence: `no machine for batch ${name}: ${why}`, tried }
}
