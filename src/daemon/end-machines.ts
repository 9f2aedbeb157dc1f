import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '../core/problem.ts'
import type { Deps } from './deps.ts'

const lookAgainMs = 100
/** So often a machine is asked to go before it is left to its provider. */
const mostTries = 10

/**
 * Ends every machine of this installation, whatever lies on it, and waits until the provider says that they are gone; how many were
 * ended. Only for an installation whose work nobody will miss: a demonstration. The ledger is told nothing; its next daemon finds
 * them vanished.
 */
export async function endMachines({ provider, log }: Pick<Deps, 'provider' | 'log'>): Promise<number> {
  let ended = 0
  for (const machine of await provider.list()) {
    try {
      let isGone = false
      for (let tries = 0; !isGone && tries < mostTries; tries += 1) {
        if (tries > 0) await sleep(lookAgainMs)
        isGone = (await provider.destroy(machine.id)) === 'gone'
      }
      if (isGone) ended += 1
      else log.warn('a machine does not go', { machine: machine.id, worker: machine.name })
    } catch (error) {
      log.warn('a machine could not be ended', { machine: machine.id, worker: machine.name, why: describeError(error) })
    }
  }
  return ended
}
