import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { RunChange } from '../world/run-change.ts'
import type { ReadFile } from '../world/run-set.ts'

/**
 * Writes another version of a file that was found in a folder: the same reads with other bytes and another MD5 for each
 * revision (an empty gzip member is put behind), and the last third missing when its gzip is to be truncated.
 */
export async function alterFoundFile(file: ReadFile, change: RunChange, path: string): Promise<ReadFile> {
  const members = Array.from({ length: change.revision ?? 0 }, () => gzipSync(''))
  let content = Buffer.concat([await readFile(file.path), ...members])
  if (change.flaw === 'gzip-truncated') content = content.subarray(0, Math.ceil((content.length * 2) / 3))
  if (change.flaw === 'empty-gzip') content = gzipSync('')
  await writeFile(`${path}.making`, content)
  await rename(`${path}.making`, path)
  return { ...file, bytes: content.length, md5: createHash('md5').update(content).digest('hex'), path }
}
