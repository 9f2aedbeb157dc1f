import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { checkSources } from '../check-sources.ts'
import { describeDifferences } from '../difference.ts'
import { makeFolders } from '../flush.ts'
import { hasCode } from '../has-code.ts'
import { listFolder } from '../list-folder.ts'
import { manifestBytes, type Manifest } from '../manifest.ts'
import { rsyncSource } from '../rsync-source.ts'
import { copyListed } from '../rsync.ts'
import type { AttemptPlace } from '../collector.ts'
import { incomingFolder, wholeFolder } from './library-layout.ts'
import { freeBytesOf, type Library } from './library.ts'
import { readManifest, resultFolder } from './machine-results.ts'

/**
 * Copies the files of one run into its incoming folder, which is made if need be; what a broken-off transfer left there is used again.
 * Throws `unreachable` while the machine's files may still come right, `broken-answer` when they cannot, `no-space` before it is too late.
 */
export async function fetchIncoming(
  library: Library,
  place: AttemptPlace,
  runAccession: string,
  manifest: Manifest,
): Promise<string> {
  if (manifestBytes(manifest) === 0) throw new Problem('broken-answer', 'the manifest lists not one byte')
  await requireSoundSources(place, runAccession, manifest)
  const incoming = `${incomingFolder(place.attemptId)}/${runAccession}`
  await makeFolders(library.folder, incoming, 0o700)
  // Left by a death while a copy was being proved; what is missing now in the incoming folder is copied again.
  await rm(join(library.folder, wholeFolder(place.attemptId, runAccession)), { recursive: true, force: true })
  await requireSpace(library, incoming, manifest)
  library.effect('collector: incoming folder made')
  await copyListed(
    {
      from: rsyncSource(join(place.address, resultFolder(runAccession))),
      to: join(library.folder, incoming),
      paths: manifest.map(file => file.path),
      largestBytes: Math.max(...manifest.map(file => file.bytes)),
    },
    library.rsync,
  )
  library.effect('collector: files copied')
  return incoming
}

/** A missing or short file may still be written by a slow hand; a link or a device will never be a result. */
async function requireSoundSources(place: AttemptPlace, runAccession: string, manifest: Manifest): Promise<void> {
  const differences = await checkSources(place.address, resultFolder(runAccession), manifest)
  if (differences.length === 0) return
  const mayComeRight = differences.every(({ what }) => what === 'missing' || what === 'size')
  throw new Problem(
    mayComeRight ? 'unreachable' : 'broken-answer',
    `the machine's files are not as the manifest says: ${describeDifferences(differences)}`,
  )
}

async function requireSpace(library: Library, incoming: string, manifest: Manifest): Promise<void> {
  const neededFreeBytes = await neededIn(library, incoming, manifest)
  const freeBytes = await freeBytesOf(library.folder)
  if (neededFreeBytes <= freeBytes) return
  throw new Problem(
    'no-space',
    `the library has ${freeBytes} bytes free; ${neededFreeBytes - library.reserveBytes} are needed, and ${library.reserveBytes} must stay free`,
  )
}

/** How many bytes must be free for what is left of a run, with those that stay free; undefined when its manifest cannot be read. */
export async function neededFreeBytes(library: Library, place: AttemptPlace, runAccession: string): Promise<number | undefined> {
  const found = await readManifest(place, runAccession).catch(() => undefined)
  return found && neededIn(library, `${incomingFolder(place.attemptId)}/${runAccession}`, found.manifest)
}

async function neededIn(library: Library, incoming: string, manifest: Manifest): Promise<number> {
  const there = await listFolder(join(library.folder, incoming)).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  })
  const thereBytes = there.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes : 0), 0)
  return Math.max(0, manifestBytes(manifest) - thereBytes) + library.reserveBytes
}
