import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'

const tailBytes = 64 * 1024

/** The end of what a task wrote to stderr (else to its log); empty when it cannot be read or lies outside `workFolder`. */
export async function readStderr(workFolder: string, workdir: string): Promise<string> {
  for (const name of ['.command.err', '.command.log']) {
    const text = await readTail(workFolder, join(workdir, name))
    if (text.trim() !== '') return text
  }
  return ''
}

/** The end of a file, at most 64 KiB; empty when it is not a plain file below `folder`. */
export async function readTail(folder: string, path: string): Promise<string> {
  try {
    const real = await realpath(path)
    if (!real.startsWith((await realpath(folder)) + sep)) return ''
    // A pipe in this place must not make the agent wait for a writer.
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return ''
      const from = Math.max(0, stat.size - tailBytes)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailBytes), 0, tailBytes, from)
      return buffer.subarray(0, bytesRead).toString('utf8')
    } finally {
      await handle.close()
    }
  } catch {
    return ''
  }
}
