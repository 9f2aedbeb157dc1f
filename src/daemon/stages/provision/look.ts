import { stoppingCauses } from '../../../core/stopping-causes.ts'
import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { queuedBatches } from '../../ledger/batches.ts'
import type { Reader } from '../../ledger/ledger.ts'
import { capacityResolvedAt, shortBatches } from '../../ledger/shortages.ts'
import { toldOfMoney } from '../../ledger/told-of-money.ts'
import { isHeld, liveWorkers } from '../../ledger/workers.ts'
import { lookAtMoney } from './look-at-money.ts'
import type { Queued, Seen } from './plan.ts'

/** Reads the queue, the workers, what stands in the way, and what all of it costs. */
export async function look(deps: Deps): Promise<Seen> {
  const { ledger, collector, policy, newId, provider } = deps
  const queued = await lookAtQueue(ledger.read)
  const causes = await installationCauses(ledger.read)
  const toldOfShortage = causes.includes('no-capacity')
  const told = await toldOfMoney(ledger.read)
  const isIdle = queued.length === 0
  if (isIdle && provider.quote === undefined) return { ...nothingToDo, toldOfShortage, told }
  const live = await liveWorkers(ledger.read)
  const obstacles = causes.filter(cause => stoppingCauses.has(cause))
  if (!isIdle && (await collector.freeBytes()) < policy.libraryReserveBytes) obstacles.push('library-full')
  return {
    queued,
    live: live.length,
    held: live.filter(isHeld).length,
    adopting: await isAdopting(ledger.read),
    obstacles,
    toldOfShortage,
    told,
    money: await lookAtMoney(deps, queued, live),
    ids: queued.slice(0, policy.maxWorkers).map(() => newId()),
  }
}

const nothingToDo = { queued: [], live: 0, held: 0, adopting: false, obstacles: [], money: undefined, ids: [] }

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
