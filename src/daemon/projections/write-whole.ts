import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { EffectPoint } from '../../core/effect-point.ts'

/**
 * Writes a file as a whole: beside its place first, made safe on the disk, then renamed into it. A reader sees the old file or the new
 * one, and a death leaves a `.part` that the next writing begins anew. No more than one chunk is in memory.
 */
export async function writeWhole(
  path: string,
  chunks: AsyncIterable<string> | Iterable<string>,
  effect: EffectPoint,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part`
  const file = await open(part, 'w')
  try {
    for await (const chunk of chunks) await file.write(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
  effect('file written')
  await rename(part, path)
  await syncFolder(dirname(path))
  effect('file renamed')
}

/** A rename is safe once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
