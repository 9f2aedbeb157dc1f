import { join } from 'node:path'
import { hashFile } from '../hash-file.ts'
import type { Manifest, ManifestFile } from '../manifest.ts'
import type { Library } from './library.ts'
import { storedOfRun } from './stored-delivery.ts'

/** A delivery of a run that lies in the library: where, and its files by path. */
export interface StoredCopy {
  /** Absolute. */
  folder: string
  attemptId: string
  manifest: Manifest
  files: Map<string, ManifestFile>
}

/** Every delivery of one run in the library; one that cannot be read is told of and passed over. */
export async function storedCopies(library: Library, runAccession: string): Promise<StoredCopy[]> {
  const copies: StoredCopy[] = []
  const tellBroken = (path: string, why: string) => library.log.warn('a stored delivery cannot be read', { path, why })
  for await (const { proved, attemptId } of storedOfRun(library.folder, runAccession, tellBroken)) {
    const files = new Map(proved.manifest.map(file => [file.path, file]))
    copies.push({ folder: join(library.folder, proved.relativePath), attemptId, manifest: proved.manifest, files })
  }
  return copies
}

/** Whether a file in the library, read again now, still is what its receipt says. */
export async function stillHolds(folder: string, file: ManifestFile): Promise<boolean> {
  const home = await hashFile(folder, file.path, { mostBytes: file.bytes })
  return home?.bytes === file.bytes && home.sha256 === file.sha256
}
