import type { Deps } from '../deps.ts'
import { openAttention, type Need } from '../ledger/attention.ts'
import { noteDeletionAsked } from '../ledger/costs.ts'
import { settleEnded } from '../ledger/settle-ended.ts'
import { liveWorkers } from '../ledger/workers.ts'
import type { PanicMachine, PanicPlace } from './panic-place.ts'

const byWhom = 'panic'
const why = 'a person ended every machine in a panic'

/** The attention that keeps everything from being created until a person resolves it. */
export function panicNeed(person: string): Need {
  const evidence = `${person} stopped everything that spends money; no machine is made until this is resolved`
  return { subject: 'installation', subjectId: 'installation', cause: 'panic', evidence, tried: '' }
}

/**
 * A home in a panic. What is written goes through the same doors as the daemon's own, so that one may work beside it: a batch whose
 * machine is gone waits in the queue again, without a strike, and goes on when a person resolves the attention.
 */
export function panicInHome({ ledger, provider, clock, policy }: Deps, person: string): PanicPlace {
  const askedAt = new Map<string, Date>()
  return {
    provider: provider.name,
    stopCreating: async () => {
      await ledger.write(tx => openAttention(tx, panicNeed(person), clock(), person))
      return true
    },
    list: async () => {
      const machines = await provider.list()
      const live = await liveWorkers(ledger.read)
      return machines.map(({ id, name, attemptId, keep, createdAt, price }): PanicMachine => {
        const known = live.find(({ worker }) => worker.machine_id === id || (worker.machine_id === null && worker.name === name))
        return { id, name, attemptId, keep, createdAt, price, batch: known?.batch.name, unproved: known?.unproved ?? 0 }
      })
    },
    destroy: async machineId => {
      const at = clock()
      askedAt.set(machineId, at)
      await ledger.write(tx => noteDeletionAsked(tx, machineId, at))
      return provider.destroy(machineId)
    },
    // It was found gone when it was asked for the last time: its account ends at the asking before.
    settle: machine => ledger.write(tx => settleEnded(tx, machine, { at: askedAt.get(machine.id) ?? clock(), why, byWhom })),
    secondsUntilStill: async () => {
      const requested = (await liveWorkers(ledger.read)).filter(({ worker }) => worker.state === 'requested')
      const ends = requested.map(({ worker }) => Date.parse(worker.requested_at) / 1000 + policy.listLagSeconds)
      return Math.max(0, ...ends.map(end => end - clock().getTime() / 1000))
    },
  }
}
