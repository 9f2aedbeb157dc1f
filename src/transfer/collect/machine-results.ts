import { lstat } from 'node:fs/promises'
import { manifestName, manifestSha256, mostManifestBytes, parseManifest, type Manifest } from '../manifest.ts'
import { readSmallFile } from '../read-small-file.ts'

/** Where an agent puts what is whole, in its machine's folder. */
export const resultsFolder = 'results'
/** The closing document, written last of all. */
export const closingName = `${resultsFolder}/DONE.json`
/** The standing, renewed with every beat. */
export const standingName = 'standing.json'

/** A run's folder on its machine, below the machine's folder. */
export function resultFolder(runAccession: string): string {
  return `${resultsFolder}/${runAccession}`
}

/** A manifest as it lies on the machine. */
export interface FoundManifest {
  manifest: Manifest
  text: string
  sha256: string
}

/** Where a run's manifest lies, below the machine's folder. */
export function manifestPath(runAccession: string): string {
  return `${resultFolder(runAccession)}/${manifestName}`
}

/** The manifest of a run below a machine's folder or what was copied of it, read with distrust; undefined when there is none. */
export async function readManifest(root: string, runAccession: string): Promise<FoundManifest | undefined> {
  const text = await readSmallFile(root, manifestPath(runAccession), mostManifestBytes)
  return text === undefined ? undefined : { manifest: parseManifest(text), text, sha256: manifestSha256(text) }
}

/** Whether there is such a folder on this computer. */
export async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    status => status.isDirectory(),
    () => false,
  )
}
