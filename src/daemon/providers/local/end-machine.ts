import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Problem } from '../../../core/problem.ts'
import { machineFiles } from './machine-folder.ts'
import type { MachineIdentity } from './programs-of-machine.ts'
import { signalProgram } from './running-programs.ts'
import { findPrograms } from './see-machines.ts'

const lookMs = 15
/** About three seconds; whoever asks again gets as many again. */
const mostLooks = 200

const run = promisify(execFile)
const toolEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }

/**
 * Kills a machine's programs again and again until none is left; false when some will not go yet. KILL at once: nothing of
 * theirs is needed any more. The leader is stopped first and killed last: while it is there, its group cannot be mistaken for another.
 */
export async function killPrograms(identity: MachineIdentity): Promise<boolean> {
  for (let looks = 0; looks < mostLooks; looks++) {
    const { programs, leader } = await findPrograms(identity)
    if (programs.length === 0) return true
    const others = programs.filter(program => program.pid !== leader?.pid)
    if (leader !== undefined) signalProgram(leader, others.length > 0 ? 'SIGSTOP' : 'SIGKILL')
    for (const program of others) signalProgram(program, 'SIGKILL')
    await sleep(lookMs)
  }
  return false
}

/**
 * Removes a machine's folder, the file with its id last, so that a half-removed machine is still listed. Never leaves the folder's
 * own file system, should somebody have mounted something there. `refused` when something cannot be removed.
 */
export async function removeMachineFolder(folder: string): Promise<void> {
  const machineFile = join(folder, machineFiles.machine)
  const literally = machineFile.replace(/[\\*?[\]]/g, '\\$&')
  const inside = [folder, '-xdev', '-mindepth', '1', '!', '-path', literally, '-delete']
  const whole = ['-rf', '--one-file-system', '--', folder]
  try {
    await run('find', inside, { env: toolEnvironment }).catch(async () => {
      // Folders that a pipeline made read-only are opened first; a folder that is gone meanwhile is as good.
      await run('chmod', ['-R', 'u+rwX', '--', folder], { env: toolEnvironment }).catch(() => undefined)
      if (await isThere(folder)) await run('find', inside, { env: toolEnvironment })
    })
    await run('rm', whole, { env: toolEnvironment })
  } catch (error) {
    throw new Problem('refused', `the machine's folder ${folder} cannot be removed`, { cause: error })
  }
}

/** Whether there is anything at this path. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
