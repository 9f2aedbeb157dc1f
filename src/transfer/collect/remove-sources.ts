import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { rmdirBeneath, unlinkBeneath } from '../folder-beneath.ts'
import { hasCode } from '../has-code.ts'
import { hashFile } from '../hash-file.ts'
import { listFolder, type FolderEntry } from '../list-folder.ts'
import { formatManifest, manifestName, type Manifest, type ManifestFile } from '../manifest.ts'
import type { AttemptPlace, Removed } from '../collector.ts'
import type { Library } from './library.ts'
import { readManifest, resultFolder } from './machine-results.ts'
import { storedOfRun } from './stored-delivery.ts'

/*
 * The second pass. rsync's own `--remove-source-files` is not used: between its look and its act a changed source would be
 * copied over the proved copy, or be removed unproved. Here a file goes only when it and the library's copy have both just been read and
 * found to be the same.
 */

/** A stored copy of a run: where it lies, and its files by path. */
interface Copy {
  folder: string
  manifest: Manifest
  files: Map<string, ManifestFile>
}

/** Removes from a machine the files of a run that lie in the library byte for byte, and its folder once it is empty. */
export async function removeSources(library: Library, place: AttemptPlace, runAccession: string): Promise<Removed> {
  const source = resultFolder(runAccession)
  const there = await lstat(join(place.address, source)).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
  if (there === undefined) return { kind: 'removed' }
  if (!there.isDirectory()) return { kind: 'left', why: `${source} on the machine is not a folder` }
  const copies = await copiesOf(library, runAccession)
  if (copies.length === 0) return { kind: 'left', why: `no receipt of ${runAccession} lies in the library` }
  const entries = await listFolder(join(place.address, source))
  for (const entry of entries) {
    if (await isAtHome(place, source, entry, copies)) await unlinkBeneath(place.address, `${source}/${entry.path}`)
  }
  library.effect('collector: sources removed')
  const removed = await removeFolders(place, runAccession, entries, copies)
  library.effect('collector: source folder removed')
  return removed
}

async function copiesOf(library: Library, runAccession: string): Promise<Copy[]> {
  const copies: Copy[] = []
  const tellBroken = (path: string, why: string) => library.log.warn('a stored delivery cannot be read', { path, why })
  for await (const { proved } of storedOfRun(library.folder, runAccession, tellBroken)) {
    const files = new Map(proved.manifest.map(file => [file.path, file]))
    copies.push({ folder: join(library.folder, proved.relativePath), manifest: proved.manifest, files })
  }
  return copies
}

async function isAtHome(place: AttemptPlace, source: string, entry: FolderEntry, copies: Copy[]): Promise<boolean> {
  if (entry.kind !== 'file') return false
  const likely = copies.filter(copy => copy.files.get(entry.path)?.bytes === entry.bytes)
  if (likely.length === 0) return false
  const here = await hashFile(place.address, `${source}/${entry.path}`, { mostBytes: entry.bytes })
  for (const { folder, files } of likely) {
    const file = files.get(entry.path)
    if (file !== undefined && here?.sha256 === file.sha256 && (await stillHolds(folder, file))) return true
  }
  return false
}

async function stillHolds(folder: string, file: ManifestFile): Promise<boolean> {
  const home = await hashFile(folder, file.path, { mostBytes: file.bytes })
  return home?.bytes === file.bytes && home.sha256 === file.sha256
}

/** The manifest goes last: as long as it lies there, it tells that something was promised. */
async function removeFolders(
  place: AttemptPlace,
  runAccession: string,
  entries: FolderEntry[],
  copies: Copy[],
): Promise<Removed> {
  const source = resultFolder(runAccession)
  const folders = entries.filter(entry => entry.kind === 'folder').map(entry => entry.path)
  for (const below of folders.sort((a, b) => b.length - a.length)) await rmdirBeneath(place.address, `${source}/${below}`)
  const left = (await listFolder(join(place.address, source))).find(entry => entry.path !== manifestName)
  if (left !== undefined) return { kind: 'left', why: `not in the library: ${JSON.stringify(left.path)} of ${runAccession}` }
  const found = await readManifest(place, runAccession)
  if (found !== undefined && !copies.some(copy => formatManifest(copy.manifest) === formatManifest(found.manifest))) {
    return { kind: 'left', why: `the manifest of ${runAccession} on the machine is not the one that was proved` }
  }
  await unlinkBeneath(place.address, `${source}/${manifestName}`)
  await rmdirBeneath(place.address, source)
  return { kind: 'removed' }
}
