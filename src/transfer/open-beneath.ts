import { constants } from 'node:fs'
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { hasCode } from './has-code.ts'

// No link is followed in the last part, and the opening of a FIFO does not wait for a writer.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Opens a regular file below `root`, whatever hostile hands may have put there: a link anywhere on the way, a device, a FIFO or
 * a socket is a `broken-answer` and is never opened. Undefined when there is no such file. The caller closes it.
 */
export async function openBeneath(root: string, relativePath: string): Promise<FileHandle | undefined> {
  requireBelow(relativePath)
  const path = join(root, relativePath)
  const seen = await lstat(path).catch(onlyMissing)
  if (seen === undefined) return undefined
  if (!seen.isFile()) throw notRegular(relativePath)
  const handle = await open(path, flags).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw hasCode(error, 'ELOOP', 'ENXIO') ? notRegular(relativePath) : error
  })
  if (handle === undefined) return undefined
  try {
    // What was looked at may have been swapped since: only what is open now counts, and the kernel knows where it lies.
    if (!(await handle.stat()).isFile()) throw notRegular(relativePath)
    const really = await readlink(`/proc/self/fd/${handle.fd}`)
    if (really !== join(await realpath(root), relativePath)) {
      throw new Problem(
        'broken-answer',
        `${JSON.stringify(relativePath)} is reached through a link, or was moved while it was read`,
      )
    }
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Refuses a path that would leave its folder by itself: a fault of the caller. */
export function requireBelow(relativePath: string): void {
  if (!relativePath.startsWith('/') && !relativePath.split('/').includes('..')) return
  throw new Problem('bad-input', `not a path below a folder: ${JSON.stringify(relativePath)}`)
}

function notRegular(relativePath: string): Problem {
  return new Problem('broken-answer', `${JSON.stringify(relativePath)} is not a regular file`)
}

function onlyMissing(error: unknown): undefined {
  // ENOTDIR: a part of the way is a file, so there is nothing below it.
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
  throw error
}
