import { endTagged, type Ended, type Ending } from './end-tagged.ts'
import type { PanicMachine, PanicPlace } from './panic-place.ts'

/** What is left when a panic is over. */
export interface PanicEnd {
  ended: Ended[]
  /** What the provider lists at the very end; kept machines among them. */
  left: PanicMachine[]
  at: Date
}

/** How a panic goes on. */
export interface Panic extends Omit<Ending, 'destroy'> {
  /** What a person keeps goes too. */
  alsoKept: boolean
  now: () => Date
  /** Told when it waits for creates that were under way. */
  waits(seconds: number): void
}

const mostRounds = 20

/**
 * Ends every machine, also those that a create under way brings meanwhile, until the provider lists none and none can come any more.
 * What does not go in time is in the answer.
 */
export async function endEverything(place: PanicPlace, panic: Panic): Promise<PanicEnd> {
  const ended: Ended[] = []
  for (let round = 1; ; round += 1) {
    const meant = (await place.list()).filter(machine => panic.alsoKept || !machine.keep)
    const fresh = meant.filter(({ id }) => !ended.some(one => one.id === id))
    ended.push(...(await endAndSettle(place, fresh, panic)))
    const seconds = await place.secondsUntilStill()
    if ((fresh.length === 0 && seconds === 0) || round === mostRounds || panic.signal.aborted) break
    if (seconds > 0) {
      panic.waits(seconds)
      await panic.timing.sleep(seconds * 1000, panic.signal).catch(() => undefined)
    }
  }
  return { ended, left: await place.list(), at: panic.now() }
}

async function endAndSettle(place: PanicPlace, machines: readonly PanicMachine[], panic: Panic): Promise<Ended[]> {
  if (machines.length === 0) return []
  const ended = await endTagged(machines, { ...panic, destroy: machineId => place.destroy(machineId) })
  for (const { id } of ended.filter(({ outcome }) => outcome === 'gone')) {
    const machine = machines.find(one => one.id === id)
    if (machine !== undefined) await place.settle(machine)
  }
  return ended
}
