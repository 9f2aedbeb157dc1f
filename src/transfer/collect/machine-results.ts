import { lstat } from 'node:fs/promises'
import { manifestName, manifestSha256, mostManifestBytes, parseManifest, type Manifest } from '../manifest.ts'
import { readSmallFile } from '../read-small-file.ts'
import type { AttemptPlace } from '../collector.ts'

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

/** The manifest of a run on its machine, read with distrust; undefined when there is none. */
export async function readManifest(place: AttemptPlace, runAccession: string): Promise<FoundManifest | undefined> {
  const text = await readSmallFile(place.address, `${resultFolder(runAccession)}/${manifestName}`, mostManifestBytes)
  return text === undefined ? undefined : { manifest: parseManifest(text), text, sha256: manifestSha256(text) }
}

/** Whether the machine's folder is there at all. */
export async function isReachable(place: AttemptPlace): Promise<boolean> {
  return lstat(place.address).then(
    status => status.isDirectory(),
    () => false,
  )
}
