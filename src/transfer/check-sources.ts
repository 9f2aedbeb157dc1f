import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Difference } from './difference.ts'
import { hasCode } from './has-code.ts'
import { foldersOf, type Manifest, type ManifestFile } from './manifest.ts'

/**
 * A file of at least this size that takes not a hundredth of it on its disk is a hole: it costs its machine nothing, and us hours of reading
 * and all of the library's space. Results are compressed or sequence; no file system packs them so.
 */
const hollowBytes = 16_777_216
/** The unit of `blocks`, whatever the file system. */
const blockBytes = 512

/**
 * Looks at the files of a manifest before they are copied from a folder on this computer: each must be a regular file of the size that the
 * manifest says, reached through folders only. Nothing is opened and no link is followed: a link could lead to any file of ours.
 */
export async function checkSources(root: string, runFolder: string, manifest: Manifest): Promise<Difference[]> {
  const folders = new Set(manifest.flatMap(file => foldersOf(file.path)))
  const differences: Difference[] = []
  for (const folder of [...foldersOf(`${runFolder}/x`), ...[...folders].map(folder => `${runFolder}/${folder}`)]) {
    const status = await lookAt(join(root, folder))
    if (status !== undefined && !status.isDirectory())
      differences.push({ path: folder, what: 'not a regular file', detail: 'not a folder' })
  }
  // What lies behind a wrong folder is not even looked at.
  if (differences.length > 0) return differences
  for (const file of manifest) {
    const difference = await checkFile(join(root, runFolder), file)
    if (difference !== undefined) differences.push(difference)
  }
  return differences
}

async function checkFile(folder: string, file: ManifestFile): Promise<Difference | undefined> {
  const status = await lookAt(join(folder, file.path))
  if (status === undefined) return { path: file.path, what: 'missing', detail: '' }
  if (!status.isFile()) return { path: file.path, what: 'not a regular file', detail: status.isSymbolicLink() ? 'a link' : '' }
  if (status.size >= hollowBytes && status.blocks * blockBytes * 100 < status.size) {
    const detail = `claims ${status.size} bytes and holds ${status.blocks * blockBytes} on its disk`
    return { path: file.path, what: 'size', detail }
  }
  if (status.size !== file.bytes)
    return { path: file.path, what: 'size', detail: `expected ${file.bytes} bytes, found ${status.size}` }
  return undefined
}

async function lookAt(path: string) {
  return lstat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
}
