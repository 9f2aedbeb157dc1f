import { mkdir, rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'
import { manifestBytes } from '../manifest.ts'
import type { AttemptPlace, Collected, Collector, ToCollect } from '../collector.ts'
import { failedTransfer } from './failed-transfer.ts'
import { fetchIncoming } from './fetch-incoming.ts'
import { incomingFolder, requireNames } from './library-layout.ts'
import { hasNewerLink, linkRecipe, linkTaxa } from './library-links.ts'
import type { Library } from './library.ts'
import { manifestPath, readManifest } from './machine-results.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { openLibrary } from './open-library.ts'
import { clearLines } from './open-line.ts'
import { peekMachine } from './peek-machine.ts'
import { reachMachine } from './reach-machine.ts'
import { removeSources } from './remove-sources.ts'
import type { RsyncCollectorOptions } from './rsync-collector-options.ts'
import { clearRun, storeDelivery } from './store-delivery.ts'
import { allStored, findStored, readReceipt } from './stored-delivery.ts'
import { tellOnce } from './tell-once.ts'

/** Brings results home with rsync into a library on this computer. Its `effect` is called after every change it makes. */
export function rsyncCollector(options: RsyncCollectorOptions): Collector {
  if (!isAbsolute(options.libraryFolder))
    throw new Problem('bad-input', `the library's folder must be absolute: ${options.libraryFolder}`)
  const library = openLibrary(options)
  const oneByOne = oneAtATime()
  const once = tellOnce(library.log)
  return {
    name: library.collector,
    collect: async (place, run) => {
      try {
        requireNames(run)
        await makeLibrary(library)
        return await oneByOne(run.runAccession, () => collectRun(library, place, run))
      } catch (error) {
        const failed = failedTransfer(error)
        if (failed.kind === 'failed') once.tell('a run could not be brought home', place, run.runAccession, failed.why)
        if (failed.kind !== 'no-space') return failed
        return { ...failed, neededFreeBytes: await neededFreeBytes(library, place, run.runAccession) }
      }
    },
    remove: (place, runAccession) => oneByOne(runAccession, () => removeSources(library, place, runAccession)),
    peek: async (place, unheard) => {
      const { result, isBelieved } = await peekMachine(library, place, unheard)
      if (result.kind === 'unreachable' && !isBelieved) once.tell('a machine cannot be believed', place, 'documents', result.why)
      return result
    },
    link: async (run, relativePath) => {
      requireNames(run)
      await oneByOne(run.runAccession, async () => {
        const receipt = await readReceipt(library.folder, relativePath)
        const isOlder = receipt !== undefined && (await hasNewerLink(library.folder, run, new Date(receipt.storedAt)))
        if (!isOlder) await linkRecipe(library, run, relativePath)
        await linkTaxa(library, run)
      })
    },
    stored: () => allStored(library.folder, (path, why) => library.log.warn('a stored delivery cannot be read', { path, why })),
    clearIncoming: async attemptId => {
      await rm(join(library.folder, incomingFolder(attemptId)), { recursive: true, force: true })
      await clearLines(library.scratchFolder, attemptId)
      once.forget(attemptId)
    },
    freeBytes: async () => {
      await makeLibrary(library)
      return library.space.freeBytes()
    },
  }
}

async function collectRun(library: Library, place: AttemptPlace, run: ToCollect): Promise<Collected> {
  const before = await findStored(library.folder, run)
  // Left by a death right after the delivery had got its place.
  if (before !== undefined) await clearRun(library, place, run.runAccession)
  const stored = before ?? (await bringHome(library, place, run))
  if (stored === undefined) return { kind: 'not-yet' }
  // The link may be of a later delivery by now, and a repeated answer about this one must not turn it back.
  if (!(await hasNewerLink(library.folder, run, stored.storedAt))) await linkRecipe(library, run, stored.proved.relativePath)
  await linkTaxa(library, run)
  return { kind: 'proved', proved: stored.proved }
}

async function bringHome(library: Library, place: AttemptPlace, run: ToCollect) {
  const found = await findManifest(library, place, run.runAccession)
  if (found === undefined) {
    if (run.manifestSha256 === undefined) return undefined
    throw new Problem('unreachable', `a manifest of ${run.runAccession} was announced, and none lies on the machine`)
  }
  if (run.manifestSha256 !== undefined && run.manifestSha256 !== found.sha256) {
    throw new Problem(
      'broken-answer',
      `the manifest of ${run.runAccession} has SHA-256 ${found.sha256}, and ${run.manifestSha256} was announced`,
    )
  }
  try {
    const incoming = await fetchIncoming(library, place, run.runAccession, found.manifest)
    return await storeDelivery(library, { place, run, found, incoming })
  } catch (error) {
    // What a machine sent that cannot be believed takes no room here.
    if (error instanceof Problem && error.code === 'broken-answer') await clearRun(library, place, run.runAccession)
    throw error
  }
}

function findManifest(library: Library, place: AttemptPlace, runAccession: string) {
  return reachMachine(library, place).read([manifestPath(runAccession)], root => readManifest(root, runAccession))
}

/** How many bytes must be free for what is left of a run, with those that stay free; undefined when its manifest cannot be read. */
async function neededFreeBytes(library: Library, place: AttemptPlace, runAccession: string): Promise<number | undefined> {
  const found = await findManifest(library, place, runAccession).catch(() => undefined)
  if (found === undefined) return undefined
  const folder = join(library.folder, incomingFolder(place.attemptId), runAccession)
  return library.space.neededBytes({ folder, bytes: manifestBytes(found.manifest) })
}

/** Only the last part is made: a library whose disk is not mounted must not be begun anew beside it. */
async function makeLibrary(library: Library): Promise<void> {
  const isNew = await mkdir(library.folder).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'EEXIST')) return false
      throw error
    },
  )
  if (isNew) await library.rights.give(library.folder, 'folder')
}
