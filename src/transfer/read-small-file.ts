import { Problem } from '../core/problem.ts'
import { openBeneath } from './open-beneath.ts'

/**
 * Reads a text below `root` as UTF-8, at most `mostBytes` of it: a longer one, a link on the way, anything but a regular file or
 * bytes that are not UTF-8 are a `broken-answer`. Undefined when there is no such file.
 */
export async function readSmallFile(root: string, relativePath: string, mostBytes: number): Promise<string | undefined> {
  const handle = await openBeneath(root, relativePath)
  if (handle === undefined) return undefined
  try {
    const { size } = await handle.stat()
    if (size > mostBytes) throw tooLong(relativePath, mostBytes)
    // It may grow between the look and the read: one byte more than allowed is asked for, never the whole.
    const buffer = Buffer.alloc(Math.min(size, mostBytes) + 1)
    let filled = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled)
      filled += bytesRead
      if (bytesRead === 0) break
      if (filled > size) throw new Problem('unreachable', `${JSON.stringify(relativePath)} grew while it was read`)
    }
    return toText(buffer.subarray(0, filled), relativePath)
  } finally {
    await handle.close()
  }
}

function toText(bytes: Buffer, relativePath: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new Problem('broken-answer', `${JSON.stringify(relativePath)} is not UTF-8`, { cause: error })
  }
}

function tooLong(relativePath: string, mostBytes: number): Problem {
  return new Problem('broken-answer', `${JSON.stringify(relativePath)} is longer than ${mostBytes} bytes`)
}
