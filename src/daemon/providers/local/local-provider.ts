import { platform } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { describeError, Problem } from '../../../core/problem.ts'
import type { Provider } from '../provider.ts'
import { createMachine, freeBytesOf } from './create-machine.ts'
import { isThere, killPrograms, removeMachineFolder } from './end-machine.ts'
import { keepLogs } from './ended-logs.ts'
import { isMachineName } from './machine-folder.ts'
import type { MachineMaker } from './machine-maker.ts'
import { parseIdentity } from './program-identity.ts'
import { seeMachines } from './see-machines.ts'
import { clearUnborn } from './unborn-folders.ts'

/** What the local provider needs; `bornSeconds` is 5 when not given. */
export type LocalProviderOptions = Omit<MachineMaker, 'bornSeconds'> & { bornSeconds?: number }

/** Folders of machines that this program is making just now, whichever provider of ours does it. */
const making = new Set<string>()

/** As attempts are named: the id stands in a file that a shell writes. */
const attemptPattern = /^[A-Za-z0-9-]{1,64}$/

/**
 * Machines on this computer: each a folder and a detached group of programs that outlives us. Its id is boot id, pid and start time of
 * its leader. Needs Linux with `/proc`; `refused` elsewhere. Its `effect` is called after every change it makes.
 */
export function localProvider(options: LocalProviderOptions): Provider {
  const maker: MachineMaker = { ...options, bornSeconds: options.bornSeconds ?? 5 }
  if (platform() !== 'linux') throw new Problem('refused', `local machines need Linux with /proc, and this is ${platform()}`)
  if (!isAbsolute(maker.workFolder)) throw new Problem('bad-input', `the work folder must be absolute: ${maker.workFolder}`)
  return {
    name: 'local',
    reachedBy: 'folder',
    create: async (name, boot) => {
      if (!isMachineName(name)) return { kind: 'refused', why: `machines are not named so here: ${JSON.stringify(name)}` }
      if (!attemptPattern.test(boot.attemptId))
        return { kind: 'refused', why: `not an attempt id: ${JSON.stringify(boot.attemptId)}` }
      making.add(join(maker.workFolder, name))
      try {
        await tidy(maker)
        return await createMachine(maker, name, boot)
      } catch (error) {
        // It may have begun before this went wrong; the list will tell.
        return { kind: 'unknown', why: describeError(error) }
      } finally {
        making.delete(join(maker.workFolder, name))
      }
    },
    list: async () => (await seeMachines(maker.workFolder, maker.clock)).map(({ machine }) => machine),
    find: async machineId => {
      const machines = (await seeMachines(maker.workFolder, maker.clock)).map(({ machine }) => machine)
      const found = machines.find(({ id }) => id === machineId)
      if (found !== undefined) return found
      // A folder whose id cannot be read may be of this one.
      return machines.some(({ id }) => parseIdentity(id) === undefined) ? 'unknown' : 'gone'
    },
    destroy: async machineId => {
      const answer = await destroyMachine(maker, machineId)
      await tidy(maker)
      return answer
    },
    freeDiskBytes: () => freeBytesOf(maker.workFolder).catch(() => undefined),
  }
}

async function destroyMachine(maker: MachineMaker, machineId: string): Promise<'going' | 'gone'> {
  const machines = await seeMachines(maker.workFolder, maker.clock)
  const mine = machines.find(({ machine }) => machine.id === machineId)
  if (mine === undefined) return 'gone'
  if (!(await killPrograms(mine.identity))) return 'going'
  maker.effect('local: programs killed')
  const { name, folder } = mine.identity
  await keepLogs(maker.workFolder, name, folder).catch((error: unknown) => {
    // A full disk must not keep a machine alive.
    maker.log.warn('the logs of a machine could not be kept', { machine: name, why: describeError(error) })
  })
  await removeMachineFolder(folder)
  maker.effect('local: machine folder removed')
  return (await isThere(folder)) ? 'going' : 'gone'
}

/** Housekeeping must never stand in the way of a create or a destroy. */
async function tidy(maker: MachineMaker): Promise<void> {
  try {
    for (const name of await clearUnborn(maker.workFolder, making)) {
      maker.effect('local: unborn folder removed')
      maker.log.say('removed the folder of a machine that was never born', { machine: name })
    }
  } catch (error) {
    maker.log.warn('folders of machines that were never born could not be removed', { why: describeError(error) })
  }
}
