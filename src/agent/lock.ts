import { readFile } from 'node:fs/promises'
import { createFileOnce, writeFileAtomically } from './atomic-file.ts'
import type { FolderPaths } from './folder-paths.ts'
import { machineId } from './machine-id.ts'

/** `taken`: ours · `held`: another agent works here now · `left behind`: one did, and died. */
export type Locked = 'taken' | 'held' | 'left behind'

/** One agent per folder: whoever links the lock file first. Its holder stands in it with boot id and start time, so a pid used again is no holder. */
export async function takeLock(paths: FolderPaths): Promise<Locked> {
  const self = await machineId(process.pid)
  if (self === undefined) throw new Error('/proc does not show this program; the agent needs Linux')
  if ((await createFileOnce(paths.lock, self)) === 'created') return 'taken'
  const holder = await readFile(paths.lock, 'utf8')
  const pid = Number(holder.split('.')[1])
  return (await machineId(pid)) === holder ? 'held' : 'left behind'
}

/** Takes over the lock of an agent that died. */
export async function takeOverLock(paths: FolderPaths): Promise<void> {
  const self = await machineId(process.pid)
  await writeFileAtomically(paths.lock, self ?? '', true)
}
