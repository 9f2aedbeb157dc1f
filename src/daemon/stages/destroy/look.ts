import type { Deps } from '../../deps.ts'
import { unremovedCounts } from '../../ledger/attempt-runs.ts'
import { machineNeeds } from '../../ledger/machine-needs.ts'
import { liveWorkers } from '../../ledger/workers.ts'
import type { Seen } from './plan.ts'

/** Reads the workers that are not destroyed. */
export async function look({ ledger }: Deps): Promise<Seen> {
  const live = await liveWorkers(ledger.read)
  if (live.length === 0) return { workers: [] }
  const unremoved = await unremovedCounts(
    ledger.read,
    live.map(({ attempt }) => attempt.id),
  )
  // The sweep sees the tag mf-keep, and takes the need back when it is gone.
  const kept = (await machineNeeds(ledger.read, ['destroy'])).filter(need => need.cause === 'kept' && need.isOpen)
  return {
    workers: live.map(({ worker, attempt, batch, unproved }) => ({
      workerName: worker.name,
      workerState: worker.state,
      attemptId: attempt.id,
      attemptOpen: attempt.closed_at === null,
      batchState: batch.state,
      chargedTaxId: batch.charged_tax_id,
      machineId: worker.machine_id ?? undefined,
      unproved,
      unremoved: unremoved.get(attempt.id) ?? 0,
      held: worker.held_since !== null,
      kept: kept.some(need => need.subjectId === worker.machine_id),
      destroyAskedAtMs: worker.destroy_asked_at === null ? undefined : Date.parse(worker.destroy_asked_at),
    })),
  }
}
