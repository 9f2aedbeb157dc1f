import { constants } from 'node:fs'
import { open, readlink, realpath, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { hasCode } from './has-code.ts'
import { requireBelow } from './open-beneath.ts'

/*
 * Removing below a folder that hostile hands may change at any moment. A name is removed from the folder that is open, not from
 * whatever its path leads to by then: a folder swapped for a link cannot make us remove a file of ours.
 */

/** Removes a file's name below `root`; gone already is the same. A link on the way is a `broken-answer`. */
export async function unlinkBeneath(root: string, relativePath: string): Promise<void> {
  await inFolder(root, relativePath, path => unlink(path))
}

/** Removes an empty folder below `root`; gone already is the same. False when something is in it. */
export async function rmdirBeneath(root: string, relativePath: string): Promise<boolean> {
  let empty = true
  await inFolder(root, relativePath, async path => {
    await rmdir(path).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
      empty = false
    })
  })
  return empty
}

async function inFolder(root: string, relativePath: string, act: (path: string) => Promise<void>): Promise<void> {
  requireBelow(relativePath)
  const folder = await openFolderBeneath(root, dirname(relativePath))
  if (folder === undefined) return
  try {
    await act(`/proc/self/fd/${folder.fd}/${basename(relativePath)}`)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  } finally {
    await folder.close()
  }
}

async function openFolderBeneath(root: string, relativePath: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
  const handle = await open(join(root, relativePath), flags).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (handle === undefined) return undefined
  const really = await readlink(`/proc/self/fd/${handle.fd}`)
  if (really === join(await realpath(root), relativePath)) return handle
  await handle.close()
  throw new Problem('broken-answer', `the folder ${JSON.stringify(relativePath)} is reached through a link`)
}
