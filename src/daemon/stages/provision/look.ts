import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { queuedBatches } from '../../ledger/batches.ts'
import { liveWorkers } from '../../ledger/workers.ts'
import type { Seen } from './plan.ts'

/** Causes of attention that stop every create. */
const stoppingCauses = new Set(['library-full', 'provider-refused', 'collector-silent'])

/** Reads the queue, the workers, and what stands in the way. */
export async function look({ ledger, collector, policy, newId }: Deps): Promise<Seen> {
  const queued = await queuedBatches(ledger.read)
  if (queued.length === 0) return { queued: [], live: 0, held: 0, adopting: false, obstacles: [], ids: [] }
  const live = await liveWorkers(ledger.read)
  const obstacles = (await installationCauses(ledger.read)).filter(cause => stoppingCauses.has(cause))
  if ((await collector.freeBytes()) < policy.libraryReserveBytes) obstacles.push('library-full')
  return {
    queued,
    live: live.length,
    held: live.filter(
      ({ batch, worker, unproved }) => unproved > 0 && (batch.state === 'finished' || worker.state === 'destroying'),
    ).length,
    adopting: await isAdopting(ledger.read),
    obstacles,
    ids: queued.slice(0, policy.maxWorkers).map(() => newId()),
  }
}
