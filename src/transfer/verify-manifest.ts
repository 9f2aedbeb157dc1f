import type { Difference } from './difference.ts'
import { hashFile } from './hash-file.ts'
import { listFolder, type FolderEntry } from './list-folder.ts'
import { foldersOf, type Manifest, type ManifestFile } from './manifest.ts'

/**
 * Reads every file of a folder of ours again and compares it with the manifest: sizes, SHA-256, nothing missing, nothing extra, no links,
 * no devices, no file that has a second name. No difference means proved. `flush` writes each file to the disk on the way.
 */
export async function verifyManifest(folder: string, manifest: Manifest, flush = false): Promise<Difference[]> {
  const entries = new Map((await listFolder(folder)).map(entry => [entry.path, entry]))
  const differences = findExtra(entries, manifest)
  for (const file of manifest) {
    const difference = compareLook(file, entries.get(file.path)) ?? (await compareContent(folder, file, flush))
    if (difference !== undefined) differences.push(difference)
  }
  return differences
}

function findExtra(entries: ReadonlyMap<string, FolderEntry>, manifest: Manifest): Difference[] {
  const files = new Set(manifest.map(file => file.path))
  const folders = new Set(manifest.flatMap(file => foldersOf(file.path)))
  const extra = [...entries.values()].filter(entry => !(entry.kind === 'folder' ? folders : files).has(entry.path))
  return extra.map(entry => ({ path: entry.path, what: 'extra', detail: entry.kind }))
}

function compareLook(file: ManifestFile, entry: FolderEntry | undefined): Difference | undefined {
  if (entry === undefined) return { path: file.path, what: 'missing', detail: '' }
  if (entry.kind !== 'file') return { path: file.path, what: 'not a regular file', detail: '' }
  if (entry.bytes !== file.bytes)
    return { path: file.path, what: 'size', detail: `expected ${file.bytes} bytes, found ${entry.bytes}` }
  if (entry.names !== 1) return { path: file.path, what: 'shared with another name', detail: '' }
  return undefined
}

async function compareContent(folder: string, file: ManifestFile, flush: boolean): Promise<Difference | undefined> {
  const hashed = await hashFile(folder, file.path, { mostBytes: file.bytes, flush })
  if (hashed === undefined) return { path: file.path, what: 'missing', detail: '' }
  if (hashed.bytes !== file.bytes)
    return { path: file.path, what: 'size', detail: `expected ${file.bytes} bytes, read ${hashed.bytes}` }
  if (hashed.sha256 !== file.sha256)
    return { path: file.path, what: 'sha256', detail: `expected ${file.sha256}, read ${hashed.sha256}` }
  return undefined
}
