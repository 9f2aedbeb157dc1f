import { chooseTagged, type Choice } from '../../daemon/patrol/judge-tagged.ts'
import { endTagged, type Ended } from '../../daemon/patrol/end-tagged.ts'
import type { TaggedMachine, TaggedMachines } from '../../daemon/patrol/tagged-machines.ts'
import { systemTiming } from '../../daemon/fetch/timing.ts'
import type { CliContext } from '../cli-context.ts'
import { sayCount } from '../say-amounts.ts'

/** So long it is waited for the provider to say that machines are gone. */
const patienceSeconds = 900

/** Looks once more, destroys what is still meant, and waits until the provider says that it is gone. Tells what is left. */
export async function destroyTagged(
  context: CliContext,
  account: TaggedMachines,
  chosen: readonly TaggedMachine[],
  choice: Choice,
): Promise<Ended[]> {
  const { screen } = context
  // A person may have answered long after the list was made: meanwhile a machine can be kept, prolonged, or gone.
  const again = chooseTagged(await account.list(), choice, context.clock()).chosen
  const meant = again.filter(machine => chosen.some(({ id, name }) => id === machine.id && name === machine.name))
  const spared = chosen.filter(({ id }) => !meant.some(machine => machine.id === id))
  for (const { id, name } of spared) screen.say(`${name} (${id}) is gone, or no longer meant: it is left alone`)
  const ended = await endTagged(meant, {
    destroy: machineId => account.destroy(machineId),
    timing: systemTiming,
    signal: context.interrupted,
    patienceSeconds,
    progress: (gone, of) => screen.progress(`${gone} of ${sayCount(of, 'machine')} gone`),
  })
  screen.progressDone()
  sayEnded(context, ended)
  return ended
}

/** Tells a person what became of machines that were to go. */
export function sayEnded({ screen }: CliContext, ended: readonly Ended[]): void {
  const gone = ended.filter(({ outcome }) => outcome === 'gone')
  screen.say(`${sayCount(gone.length, 'machine')} destroyed: the provider no longer knows ${gone.length === 1 ? 'it' : 'them'}`)
  for (const { id, name, why } of ended.filter(({ outcome }) => outcome === 'left'))
    screen.say(screen.paint.red(`${name} (${id}) is still there: ${why}`))
}
