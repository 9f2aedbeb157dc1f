import type { Price } from '../../core/cost.ts'
import { closeAttention } from './attention.ts'
import { loseResults, sinkAttempt } from './attempts.ts'
import { beginCost, endCost } from './costs.ts'
import { writeEvent } from './events.ts'
import type { Tx } from './ledger.ts'
import { moveWorker, type Cause } from './move-state.ts'
import { forgetStray } from './strays.ts'
import { liveWorkers, setHeldSince, type LiveWorker } from './workers.ts'

/** A machine that a person ended, and that is gone. */
export interface EndedMachine {
  id: string
  name: string
  createdAt: Date
  price: Price
}

/**
 * Writes down that a machine is gone by a person's will: its account ends, nothing holds it any more, and its batch waits in the queue
 * again, without a strike.
 */
export async function settleEnded(tx: Tx, machine: EndedMachine, cause: Cause): Promise<void> {
  const live = (await liveWorkers(tx)).find(({ worker }) => worker.machine_id === machine.id)
  // What nobody had an account of yet is charged too; an account that is there keeps what is noted in it.
  const known = await tx.selectFrom('costs').select('machine_id').where('machine_id', '=', machine.id).executeTakeFirst()
  if (known === undefined) {
    await beginCost(tx, {
      machineId: machine.id,
      workerName: machine.name,
      attemptId: live?.attempt.id ?? null,
      chargedTaxId: live?.batch.charged_tax_id ?? null,
      price: machine.price,
      from: machine.createdAt,
    })
  }
  if (live !== undefined) await settleWorker(tx, live, { ...cause, taxId: live.batch.charged_tax_id })
  await endCost(tx, machine.id, cause.at)
  await forgetStray(tx, machine.id)
  const how = { at: cause.at, resolution: 'the machine is gone', byWhom: cause.byWhom }
  for (const subjectId of [machine.id, machine.name]) await closeAttention(tx, { subject: 'machine', subjectId }, how)
  await writeEvent(tx, { subject: 'machine', subjectId: machine.id, event: 'ended' }, cause)
}

/** As when the machine had vanished, but for the strike: it is no fault of the runs. */
async function settleWorker(tx: Tx, { worker, attempt, batch }: LiveWorker, cause: Cause): Promise<void> {
  const isEnding = worker.state === 'destroying'
  const event = isEnding ? undefined : 'vanish'
  const sunk = {
    attemptId: attempt.id,
    worker: { name: worker.name, state: worker.state, event },
    batch: { id: batch.id, state: batch.state, sunkAttempts: batch.sunk_attempts },
    hadMachine: false,
    maxAttempts: Infinity,
  } as const
  if (!(await sinkAttempt(tx, sunk, cause))) return
  await loseResults(tx, attempt.id)
  await setHeldSince(tx, worker.name, null)
  await moveWorker(tx, worker.name, { seen: 'destroying', event: 'confirmGone' }, cause)
}
