import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeClient, type FetchLike } from '../api/client.ts'
import type { Clock } from '../core/clock.ts'
import { noEffectPoint, type EffectPoint } from '../core/effect-point.ts'
import type { Log } from '../core/log.ts'
import { describeError, Problem } from '../core/problem.ts'
import { lockHolder, takeDaemonLock, type DaemonLock } from '../daemon/daemon-lock.ts'
import { rsyncCollector } from '../transfer/collect/rsync-collector.ts'
import type { RsyncCollectorOptions } from '../transfer/collect/rsync-collector-options.ts'
import type { Collector } from '../transfer/collector.ts'
import { talkTo } from './daemon-talk.ts'
import { collectOnce, keepCollecting, type Round } from './keep-collecting.ts'
import { onlyBySsh } from './only-by-ssh.ts'
import { openTransfersIn } from './open-transfers.ts'
import { keysAt, keysIn, libraryIdIn, makeStateFolder, usualName, type Keys } from './state-folder.ts'
import { makeTransfers, type TransferSums, type Transfers } from './transfers.ts'
import { makeVisitor, type Visitor } from './visit.ts'

/** What a collector on a host of its own is told. */
export interface CollectorOptions {
  /** Where the daemon answers. */
  serverUrl: string
  /** The collector's token. */
  token: string
  fetch: FetchLike
  /** Absolute. Made when it is missing, the folder above it is not. */
  libraryFolder: string
  /** What this collector is called; the host's name and the beginning of the library's id when not given. */
  name: string | undefined
  /** The private ssh key, absolute; undefined: made in the library's `.collector`. */
  identityFile: string | undefined
  jumpHost: string | undefined
  /** Machines may be folders of this computer: for a daemon on the same one. */
  localMachines: boolean
  /** Transfers at the same time. */
  atOnce: number
  /** Kilobytes a second of all transfers together; undefined: all they can. */
  bandwidthKbytes: number | undefined
  /** `HH:MM-HH:MM` in UTC; undefined: always. */
  window: string | undefined
  quotaBytes: number | undefined
  reserveBytes: number
  fileMode: number
  group: string | undefined
  /** Between two visits to the daemon. */
  everySeconds: number
  /** Of this microfetch. */
  version: string
  /** The command a person gave, for whoever finds the lock taken. */
  command: string
  clock: Clock
  log: Log
  /** Tests end the program here. */
  effect?: EffectPoint
  /** Tests do not wait. */
  wait?: Round['wait']
}

/** A collector that holds the lock of its library. */
export interface OpenCollector {
  readonly name: string
  readonly keys: Keys
  readonly sums: TransferSums
  readonly visitor: Visitor
  readonly transfers: Transfers
  /** Until nothing is left to be done. Throws what kept it from the daemon. */
  once(signal: AbortSignal): Promise<void>
  /** Until the signal aborts. */
  stay(signal: AbortSignal): Promise<void>
  close(): void
}

/** An answer must have begun within this time; a report of many files is written to the ledger first. */
const timeLimitMs = 120_000
/** How often the daemon hears of transfers that take long: a fraction of the time for which a claim is believed. */
const beatSeconds = 200

/** Machines that are looked at at the same time: short calls, each to another one. */
const leastMachinesAtOnce = 8

/** Takes the lock of the library, makes keys at the first start, and wires everything. Throws `not-allowed` that says who holds the library. */
export async function openCollector(options: CollectorOptions): Promise<OpenCollector> {
  const { libraryFolder, clock, log } = options
  const effect = options.effect ?? noEffectPoint
  const stateFolder = await makeStateFolder(libraryFolder)
  const lock = takeLibrary(stateFolder, options)
  try {
    const libraryId = await libraryIdIn(stateFolder)
    const name = options.name ?? usualName(libraryId)
    const keys = await (options.identityFile === undefined ? keysIn(stateFolder) : keysAt(options.identityFile))
    const client = makeClient(options.fetch, { baseUrl: options.serverUrl, token: options.token, timeLimitMs })
    const parts = {
      daemon: talkTo(client, { name, libraryId, version: options.version }, effect),
      collector: reaching(options, rsyncCollector(transferOptions(options, keys, effect))),
      libraryFolder,
      open: openTransfersIn(stateFolder),
      clock,
      effect,
      log,
    }
    const transfers = makeTransfers(parts, options.atOnce)
    const limits = {
      atOnce: Math.max(options.atOnce, leastMachinesAtOnce),
      window: options.window,
      lookSeconds: Math.min(30, options.everySeconds),
    }
    const visitor = makeVisitor(parts, transfers, limits)
    const round = { visitor, transfers, log, wait: options.wait ?? waitFor }
    return {
      name,
      keys,
      sums: transfers.sums,
      visitor,
      transfers,
      once: signal => beating(round, signal, () => collectOnce(round, signal)),
      stay: signal => beating(round, signal, () => keepCollecting(round, options.everySeconds, signal)),
      close: () => lock.release(),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function reaching({ localMachines }: CollectorOptions, collector: Collector): Collector {
  return localMachines ? collector : onlyBySsh(collector)
}

function transferOptions(options: CollectorOptions, { identityFile }: Keys, effect: EffectPoint): RsyncCollectorOptions {
  const { libraryFolder, clock, log, reserveBytes, quotaBytes, bandwidthKbytes, fileMode, group, jumpHost } = options
  const ssh = { identityFile, jumpHost }
  const limits = { reserveBytes, quotaBytes, bandwidthKbytes, transfersAtOnce: options.atOnce }
  return { libraryFolder, clock, log, effect, ssh, ...limits, fileMode, group }
}

function takeLibrary(stateFolder: string, { libraryFolder, command, clock }: CollectorOptions): DaemonLock {
  const lockFile = join(stateFolder, 'lock')
  try {
    return takeDaemonLock(lockFile, { command, since: clock().toISOString() })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not-allowed') throw error
    const holder = lockHolder(lockFile)
    const who =
      holder === undefined || holder === 'somebody'
        ? ''
        : `: "${holder.command}", pid ${holder.pid} on ${holder.host}, since ${holder.since}`
    throw new Problem('not-allowed', `another collector works on the library ${libraryFolder}${who}`)
  }
}

/** Does it while the daemon hears again and again that transfers go on. An interruption begins nothing more. */
async function beating({ visitor, transfers, log }: Round, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const beat = setInterval(() => {
    if (transfers.holds().length === 0) return
    visitor
      .beat()
      .catch((error: unknown) => log.warn('the daemon did not hear that transfers go on', { why: describeError(error) }))
  }, beatSeconds * 1000)
  const stop = (): void => transfers.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await act()
  } finally {
    clearInterval(beat)
    signal.removeEventListener('abort', stop)
    // The library's lock is held as long as anything is written there.
    if (signal.aborted && transfers.holds().length > 0) {
      log.say('ends when the transfers under way have ended', { attempts: transfers.holds().length })
      await transfers.drained().catch(() => undefined)
    }
  }
}

async function waitFor(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
