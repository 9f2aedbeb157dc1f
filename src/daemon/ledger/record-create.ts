import type { Created } from '../providers/provider.ts'
import { bindMachine, sinkAttempt } from './attempts.ts'
import { openAttention } from './attention.ts'
import { beginCost } from './costs.ts'
import type { Tx } from './ledger.ts'
import { moveWorker } from './move-state.ts'

/**
 * Writes down what became of a create. Created: the machine is bound. Refused or without capacity: the attempt never had a machine,
 * its batch waits in the queue, and it is no strike. Unknown: nothing is written; the attempt's tag will tell.
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
  const cause = { at: how.at, byWhom: 'provision', taxId: batch.charged_tax_id }
  if (outcome.kind === 'created') {
    const { machine } = outcome
    const why = `the provider made ${machine.id}`
    if (!(await moveWorker(tx, worker.name, { seen: 'requested', event: 'created' }, { ...cause, why }))) return
    await bindMachine(tx, attemptId, worker.name, machine)
    const { microdollarsPerSecond } = machine
    await beginCost(tx, {
      machineId: machine.id,
      workerName: worker.name,
      attemptId,
      chargedTaxId: batch.charged_tax_id,
      microdollarsPerSecond,
      from: how.at,
    })
    return
  }
  const why = `${outcome.kind}: ${outcome.why}`
  await sinkAttempt(
    tx,
    {
      attemptId,
      worker: { name: worker.name, state: 'requested', event: 'neverBorn' },
      batch: { id: batch.id, state: batch.state, sunkAttempts: batch.sunk_attempts },
      hadMachine: false,
      maxAttempts: how.maxAttempts,
    },
    { ...cause, why },
  )
  if (outcome.kind === 'refused') {
    await openAttention(
      tx,
      {
        subject: 'installation',
        subjectId: 'installation',
        cause: 'provider-refused',
        evidence: outcome.why,
        tried: 'one create',
      },
      how.at,
      'provision',
    )
  }
}
