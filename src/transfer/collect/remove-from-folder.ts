import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { rmdirBeneath, unlinkBeneath } from '../folder-beneath.ts'
import { hasCode } from '../has-code.ts'
import { hashFile } from '../hash-file.ts'
import { listFolder, type FolderEntry } from '../list-folder.ts'
import { formatManifest, manifestName } from '../manifest.ts'
import type { Removed } from '../collector.ts'
import type { Library } from './library.ts'
import { readManifest, resultFolder } from './machine-results.ts'
import { stillHolds, type StoredCopy } from './stored-copies.ts'

/*
 * The second pass on this computer. rsync's own `--remove-source-files` is not used: between its look and its act a changed source would be
 * copied over the proved copy, or be removed unproved. Here a file goes only when it and the library's copy have both just been read and
 * found to be the same.
 */

/** Removes from a machine that is a folder the files of a run that lie in the library byte for byte, and its folder once it is empty. */
export async function removeFromFolder(
  library: Library,
  root: string,
  runAccession: string,
  copies: readonly StoredCopy[],
): Promise<Removed> {
  const source = resultFolder(runAccession)
  const there = await lstat(join(root, source)).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
  if (there === undefined) return { kind: 'removed' }
  if (!there.isDirectory()) return { kind: 'left', why: `${source} on the machine is not a folder` }
  if (copies.length === 0) return { kind: 'left', why: `no receipt of ${runAccession} lies in the library` }
  const entries = await listFolder(join(root, source))
  for (const entry of entries) {
    if (await isAtHome(root, source, entry, copies)) await unlinkBeneath(root, `${source}/${entry.path}`)
  }
  library.effect('collector: sources removed')
  const removed = await removeFolders(root, runAccession, entries, copies)
  library.effect('collector: source folder removed')
  return removed
}

async function isAtHome(root: string, source: string, entry: FolderEntry, copies: readonly StoredCopy[]): Promise<boolean> {
  if (entry.kind !== 'file') return false
  const likely = copies.filter(copy => copy.files.get(entry.path)?.bytes === entry.bytes)
  if (likely.length === 0) return false
  const here = await hashFile(root, `${source}/${entry.path}`, { mostBytes: entry.bytes })
  for (const { folder, files } of likely) {
    const file = files.get(entry.path)
    if (file !== undefined && here?.sha256 === file.sha256 && (await stillHolds(folder, file))) return true
  }
  return false
}

/** The manifest goes last: as long as it lies there, it tells that something was promised. */
async function removeFolders(
  root: string,
  runAccession: string,
  entries: FolderEntry[],
  copies: readonly StoredCopy[],
): Promise<Removed> {
  const source = resultFolder(runAccession)
  const folders = entries.filter(entry => entry.kind === 'folder').map(entry => entry.path)
  for (const below of folders.sort((a, b) => b.length - a.length)) await rmdirBeneath(root, `${source}/${below}`)
  const left = (await listFolder(join(root, source))).find(entry => entry.path !== manifestName)
  if (left !== undefined) return { kind: 'left', why: `not in the library: ${JSON.stringify(left.path)} of ${runAccession}` }
  const found = await readManifest(root, runAccession)
  if (found !== undefined && !copies.some(copy => formatManifest(copy.manifest) === formatManifest(found.manifest))) {
    return { kind: 'left', why: `the manifest of ${runAccession} on the machine is not the one that was proved` }
  }
  await unlinkBeneath(root, `${source}/${manifestName}`)
  await rmdirBeneath(root, source)
  return { kind: 'removed' }
}
