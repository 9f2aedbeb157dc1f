import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { queuedBatches } from '../../ledger/batches.ts'
import type { Reader } from '../../ledger/ledger.ts'
import { capacityResolvedAt, shortBatches } from '../../ledger/shortages.ts'
import { isHeld, liveWorkers } from '../../ledger/workers.ts'
import type { Queued, Seen } from './plan.ts'

/** Causes of attention that stop every create. */
const stoppingCauses = new Set(['library-full', 'provider-refused'])

/** Reads the queue, the workers, and what stands in the way. */
export async function look({ ledger, collector, policy, newId }: Deps): Promise<Seen> {
  const queued = await lookAtQueue(ledger.read)
  const causes = await installationCauses(ledger.read)
  const toldOfShortage = causes.includes('no-capacity')
  if (queued.length === 0) return { queued: [], live: 0, held: 0, adopting: false, obstacles: [], toldOfShortage, ids: [] }
  const live = await liveWorkers(ledger.read)
  const obstacles = causes.filter(cause => stoppingCauses.has(cause))
  if ((await collector.freeBytes()) < policy.libraryReserveBytes) obstacles.push('library-full')
  return {
    queued,
    live: live.length,
    held: live.filter(isHeld).length,
    adopting: await isAdopting(ledger.read),
    obstacles,
    toldOfShortage,
    ids: queued.slice(0, policy.maxWorkers).map(() => newId()),
  }
}

async function lookAtQueue(read: Reader): Promise<Queued[]> {
  const queued = await queuedBatches(read)
  const tried = queued.filter(batch => batch.attemptsMade > 0).map(batch => batch.batchId)
  const short = await shortBatches(read, tried)
  const resolvedAtMs = Date.parse(await capacityResolvedAt(read))
  return queued.map(batch => ({
    ...batch,
    isShort: short.has(batch.batchId),
    isAskedAgain: resolvedAtMs > batch.queuedAtMs,
  }))
}
