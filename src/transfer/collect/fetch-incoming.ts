import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { describeDifferences } from '../difference.ts'
import { makeFolders } from '../flush.ts'
import { manifestBytes, type Manifest } from '../manifest.ts'
import type { AttemptPlace } from '../collector.ts'
import { incomingFolder, wholeFolder } from './library-layout.ts'
import type { Library } from './library.ts'
import { reachMachine, type ReachedMachine } from './reach-machine.ts'

/** A disk that takes so much more is not full, whatever the other side says. */
const probeBytes = 1_000_000

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
  const bytes = manifestBytes(manifest)
  if (bytes === 0) throw new Problem('broken-answer', 'the manifest lists not one byte')
  const machine = reachMachine(library, place)
  await requireSoundSources(machine, runAccession, manifest)
  if (bytes > library.mostRunBytes)
    throw new Problem('broken-answer', `the run has ${bytes} bytes, and at most ${library.mostRunBytes} of one run are taken`)
  const incoming = `${incomingFolder(place.attemptId)}/${runAccession}`
  const to = join(library.folder, incoming)
  await makeFolders(library.folder, incoming, 0o700)
  // Left by a death while a copy was being proved; what is missing now in the incoming folder is copied again.
  await rm(join(library.folder, wholeFolder(place.attemptId, runAccession)), { recursive: true, force: true })
  await library.space.keep({ folder: to, bytes }, async () => {
    library.effect('collector: incoming folder made')
    await machine.copy({ runAccession, manifest, to }).catch(async (error: unknown) => {
      throw await asSeenHere(error, to)
    })
  })
  library.effect('collector: files copied')
  return incoming
}

/** A missing or short file may still be written by a slow hand; a link or a device will never be a result. */
async function requireSoundSources(machine: ReachedMachine, runAccession: string, manifest: Manifest): Promise<void> {
  const differences = await machine.compare(runAccession, manifest)
  if (differences.length === 0) return
  const mayComeRight = differences.every(({ what }) => what === 'missing' || what === 'size')
  throw new Problem(
    mayComeRight ? 'unreachable' : 'broken-answer',
    `the machine's files are not as the manifest says: ${describeDifferences(differences)}`,
  )
}

/**
 * A full disk stops all collection, and its words come through the same pipe as those of the other side: it is believed only when this
 * disk takes no more.
 */
async function asSeenHere(error: unknown, folder: string): Promise<unknown> {
  if (!(error instanceof Problem) || error.code !== 'no-space') return error
  const probe = join(folder, '.probe')
  const takesMore = await writeFile(probe, Buffer.alloc(probeBytes), { flush: true }).then(
    () => true,
    () => false,
  )
  await rm(probe, { force: true })
  return takesMore ? new Problem('unreachable', `the machine's disk is full, or it says so: ${error.message}`) : error
}
