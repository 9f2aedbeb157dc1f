import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from './has-code.ts'

/** Bytes of all files below a folder of ours that something else is still changing, and of the largest; links are not followed. */
export async function bytesWithin(folder: string): Promise<{ bytes: number; largest: number }> {
  let [bytes, largest] = [0, 0]
  const waiting = [folder]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const opened = await opendir(at).catch(onlyGone)
    if (opened === undefined) continue
    for await (const entry of opened) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) waiting.push(path)
      const size = entry.isFile() ? ((await lstat(path).catch(onlyGone))?.size ?? 0) : 0
      bytes += size
      largest = Math.max(largest, size)
    }
  }
  return { bytes, largest }
}

function onlyGone(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error
}
