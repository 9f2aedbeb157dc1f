import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Problem } from '../core/problem.ts'
import type { PipelineUser } from './pipeline-user.ts'

// Linux's O_PATH, which Node does not name: a place in the file system without opening what is there. A pipe does not wait for its
// writer, a device does nothing.
const placeOnly = 0o10000000

/**
 * Opens for reading what a pipeline left, links followed, and only a plain file. Where the pipeline has a user of its own it must be that
 * user's: then nothing is read that it could not have read itself, whatever it links, renames or swaps meanwhile.
 * Throws `broken-answer` for anything else, and the system's error when there is nothing.
 */
export async function openLeft(path: string, user: PipelineUser | undefined): Promise<FileHandle> {
  const place = await open(path, placeOnly)
  try {
    const seen = await place.stat()
    if (!seen.isFile()) throw new Problem('broken-answer', 'it is not a plain file')
    if (user !== undefined && seen.uid !== user.uid) throw new Problem('broken-answer', "it is not the pipeline's own file")
    // The very thing that was looked at, under whatever name it has by now.
    return await open(`/proc/self/fd/${place.fd}`, constants.O_RDONLY)
  } finally {
    await place.close()
  }
}

/** The text of such a file; undefined when it has more than `mostBytes`. */
export async function readLeft(path: string, user: PipelineUser | undefined, mostBytes: number): Promise<string | undefined> {
  const handle = await openLeft(path, user)
  try {
    const buffer = Buffer.alloc(Math.min((await handle.stat()).size, mostBytes) + 1)
    let filled = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled)
      filled += bytesRead
      if (bytesRead === 0 || filled === buffer.length) break
    }
    // It grew while it was read, or is too long: one byte more than there should be.
    return filled === buffer.length ? undefined : buffer.toString('utf8', 0, filled)
  } finally {
    await handle.close()
  }
}
