import { isOf } from './judge-tagged.ts'
import type { PanicPlace } from './panic-place.ts'
import type { TaggedMachines } from './tagged-machines.ts'

/**
 * An account in a panic, with nothing but the token: machines of one installation, or of every one. `isStopped`: it was written down
 * elsewhere that nothing may be created.
 */
export function panicInAccount(account: TaggedMachines, installationId: string | undefined, isStopped = false): PanicPlace {
  return {
    provider: 'digitalocean',
    stopCreating: () => Promise.resolve(isStopped),
    list: async () => {
      const machines = await account.list()
      return machines
        .filter(machine => machine.isNamedByUs && isOf(machine, installationId))
        .map(({ id, name, attemptId, keep, createdAt, price }) => ({
          ...{ id, name, attemptId, keep, createdAt, price },
          batch: undefined,
          unproved: undefined,
        }))
    },
    destroy: machineId => account.destroy(machineId),
    settle: () => Promise.resolve(),
    secondsUntilStill: () => Promise.resolve(0),
  }
}
