import { mkdir, rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { Problem } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'
import { defaultRsync, type RsyncSettings } from '../rsync.ts'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { Log } from '../../core/log.ts'
import type { AttemptPlace, Collected, Collector, ToCollect } from '../collector.ts'
import { failedTransfer } from './failed-transfer.ts'
import { fetchIncoming, neededFreeBytes } from './fetch-incoming.ts'
import { incomingFolder, requireNames } from './library-layout.ts'
import { hasNewerLink, linkRecipe, linkTaxa } from './library-links.ts'
import { freeBytesOf, type Library } from './library.ts'
import { isReachable, readManifest } from './machine-results.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { peekMachine } from './peek-machine.ts'
import { removeSources } from './remove-sources.ts'
import { clearRun, storeDelivery } from './store-delivery.ts'
import { allStored, findStored, readReceipt } from './stored-delivery.ts'

/** What the collector needs; the library's folder is made when it is missing, its parent is not. */
export interface RsyncCollectorOptions {
  /** Absolute. */
  libraryFolder: string
  clock: Clock
  effect: EffectPoint
  log: Log
  /** Bytes that stay free in the library's file system; 200 MB when not given. */
  reserveBytes?: number
  rsync?: RsyncSettings
}

const defaultReserveBytes = 200_000_000

/** Brings results home with rsync into a library on this computer. Its `effect` is called after every change it makes. */
export function rsyncCollector(options: RsyncCollectorOptions): Collector {
  if (!isAbsolute(options.libraryFolder))
    throw new Problem('bad-input', `the library's folder must be absolute: ${options.libraryFolder}`)
  const library: Library = {
    folder: options.libraryFolder,
    collector: 'rsync',
    reserveBytes: options.reserveBytes ?? defaultReserveBytes,
    rsync: options.rsync ?? defaultRsync,
    clock: options.clock,
    effect: options.effect,
    log: options.log,
  }
  const oneByOne = oneAtATime()
  return {
    name: library.collector,
    collect: async (place, run) => {
      try {
        requireNames(run)
        await makeLibrary(library.folder)
        return await oneByOne(run.runAccession, () => collectRun(library, place, run))
      } catch (error) {
        const failed = failedTransfer(error)
        if (failed.kind !== 'no-space') return failed
        return { ...failed, neededFreeBytes: await neededFreeBytes(library, place, run.runAccession) }
      }
    },
    remove: (place, runAccession) => oneByOne(runAccession, () => removeSources(library, place, runAccession)),
    peek: peekMachine,
    link: async (run, relativePath) => {
      requireNames(run)
      await oneByOne(run.runAccession, async () => {
        const receipt = await readReceipt(library.folder, relativePath)
        const isOlder = receipt !== undefined && (await hasNewerLink(library.folder, run, new Date(receipt.storedAt)))
        if (!isOlder) await linkRecipe(library.folder, run, relativePath, library.effect)
        await linkTaxa(library.folder, run, library.effect)
      })
    },
    stored: () => allStored(library.folder, (path, why) => library.log.warn('a stored delivery cannot be read', { path, why })),
    clearIncoming: attemptId => rm(join(library.folder, incomingFolder(attemptId)), { recursive: true, force: true }),
    freeBytes: async () => {
      await makeLibrary(library.folder)
      return freeBytesOf(library.folder)
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
  if (!(await hasNewerLink(library.folder, run, stored.storedAt)))
    await linkRecipe(library.folder, run, stored.proved.relativePath, library.effect)
  await linkTaxa(library.folder, run, library.effect)
  return { kind: 'proved', proved: stored.proved }
}

async function bringHome(library: Library, place: AttemptPlace, run: ToCollect) {
  if (!(await isReachable(place))) throw new Problem('unreachable', `there is no folder ${place.address}`)
  const found = await readManifest(place, run.runAccession)
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
  const incoming = await fetchIncoming(library, place, run.runAccession, found.manifest)
  return storeDelivery(library, { place, run, found, incoming })
}

/** Only the last part is made: a library whose disk is not mounted must not be begun anew beside it. */
async function makeLibrary(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
}
