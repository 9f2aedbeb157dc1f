import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { openLeft } from './open-left.ts'
import type { PipelineUser } from './pipeline-user.ts'

const tailBytes = 64 * 1024

/** The end of what a task wrote to stderr (else to its log); empty when it cannot be read or lies outside `workFolder`. */
export async function readStderr(workFolder: string, workdir: string, user?: PipelineUser): Promise<string> {
  for (const name of ['.command.err', '.command.log']) {
    const text = await readTail(workFolder, join(workdir, name), user)
    if (text.trim() !== '') return text
  }
  return ''
}

/** The end of a file, at most 64 KiB; empty when it is not a plain file below `folder`. */
export async function readTail(folder: string, path: string, user?: PipelineUser): Promise<string> {
  try {
    const real = await realpath(path)
    if (!real.startsWith((await realpath(folder)) + sep)) return ''
    const handle = await openLeft(real, user)
    try {
      const from = Math.max(0, (await handle.stat()).size - tailBytes)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailBytes), 0, tailBytes, from)
      return buffer.subarray(0, bytesRead).toString('utf8')
    } finally {
      await handle.close()
    }
  } catch {
    return ''
  }
}
