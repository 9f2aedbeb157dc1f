import type { FailureReport } from '../api/collections.ts'
import { describeError, Problem } from '../core/problem.ts'
import { findStored } from '../transfer/collect/stored-delivery.ts'
import { manifestBytes } from '../transfer/manifest.ts'
import type { Collected, StoredDelivery } from '../transfer/collector.ts'
import type { CollectorParts } from './collector-parts.ts'
import type { HandedOut } from './daemon-talk.ts'
import type { OpenTransfer } from './open-transfers.ts'

/** What a collector's transfers came to. */
export interface TransferSums {
  stored: number
  failed: number
  /** The library had no room. */
  noSpace: number
}

/** Transfers, several at a time. Each is noted before it begins; the note goes when its report was acknowledged. */
export interface Transfers {
  readonly sums: TransferSums
  /** So many more may be taken on. */
  readonly room: number
  /** Attempts that are worked on. */
  holds(): string[]
  isWorkedOn(of: OpenTransfer): boolean
  /** Takes on what was handed out. */
  take(handedOut: readonly HandedOut[]): void
  /** These attempts are another collector's by now: what has not begun is left to it. */
  leave(attemptIds: readonly string[]): void
  /** All that was taken on has ended. Throws what kept a report from the daemon. */
  drained(): Promise<void>
  /** One of them has ended, or none is under way. */
  oneEnded(): Promise<void>
  /** Nothing more is begun, and what breaks off from now on is not told as a failure. */
  stop(): void
}

/** Makes them; `atOnce` is how many there are at the same time. */
export function makeTransfers(parts: CollectorParts, atOnce: number): Transfers {
  const queue: HandedOut[] = []
  const running = new Map<HandedOut, Promise<void>>()
  const sums: TransferSums = { stored: 0, failed: 0, noSpace: 0 }
  let fault: Error | undefined
  let stopped = false

  function next(): void {
    while (!stopped && running.size < atOnce) {
      const one = queue.shift()
      if (one === undefined) return
      const ended = bringHome(parts, one, sums, () => stopped)
        .catch((error: unknown) => {
          fault ??= error instanceof Error ? error : new Error(String(error))
          parts.log.warn('a transfer was broken off', { run: one.run.runAccession, why: describeError(error) })
          // Whatever else waits could not be told either. It is handed out again.
          queue.length = 0
        })
        .finally(() => {
          running.delete(one)
          next()
        })
      running.set(one, ended)
    }
  }

  const works = (): HandedOut[] => [...running.keys(), ...queue]
  return {
    sums,
    get room() {
      return stopped ? 0 : Math.max(0, atOnce - works().length)
    },
    holds: () => [...new Set(works().map(({ place }) => place.attemptId))],
    isWorkedOn: of =>
      works().some(({ place, run }) => place.attemptId === of.place.attemptId && run.runAccession === of.run.runAccession),
    take: handedOut => {
      queue.push(...handedOut)
      next()
    },
    leave: attemptIds => {
      const kept = queue.filter(({ place }) => !attemptIds.includes(place.attemptId))
      queue.splice(0, queue.length, ...kept)
    },
    drained: async () => {
      while (running.size > 0) await Promise.all(running.values())
      const thrown = fault
      fault = undefined
      if (thrown !== undefined) throw thrown
    },
    oneEnded: async () => {
      if (running.size > 0) await Promise.race(running.values())
    },
    stop: () => {
      stopped = true
      queue.length = 0
    },
  }
}

async function bringHome(
  parts: CollectorParts,
  { place, run, failures }: HandedOut,
  sums: TransferSums,
  isStopped: () => boolean,
): Promise<void> {
  const { attemptId } = place
  const { runAccession } = run
  const note: OpenTransfer = { place, run }
  const begun = parts.clock().getTime()
  await parts.open.open(note)
  parts.effect('collect: transfer noted')
  const collected = await parts.collector.collect(place, run).catch(thrownToCollected)
  if (collected.kind === 'proved') {
    const seconds = Math.round((parts.clock().getTime() - begun) / 1000)
    const bytes = manifestBytes(collected.proved.manifest)
    parts.log.say('at home', { run: runAccession, attempt: attemptId, bytes, seconds, path: collected.proved.relativePath })
    sums.stored += 1
    await tellStored(parts, note)
    return
  }
  // Whoever ends us ends our rsync too: that is no failure of the run.
  if (isStopped()) return
  if (collected.kind === 'no-space') sums.noSpace += 1
  else sums.failed += 1
  const why = collected.kind === 'not-yet' ? 'nothing lies there' : collected.why
  parts.log.warn('not brought home', { run: runAccession, attempt: attemptId, why })
  await parts.daemon.failed(attemptId, runAccession, failures, toFailure(collected))
  await close(parts, note)
}

// Whatever it is, it must not end the whole program; a person reads it in the attention that follows.
function thrownToCollected(error: unknown): Collected {
  return { kind: 'failed', temporary: !(error instanceof Problem), why: describeError(error) }
}

function toFailure(collected: Exclude<Collected, { kind: 'proved' }>): FailureReport {
  if (collected.kind !== 'no-space') return collected
  return { ...collected, neededFreeBytes: collected.neededFreeBytes ?? null }
}

/**
 * Ends what an earlier life had begun, or could not tell of: what was stored gets its links and is reported, and of what is not in the
 * library nothing is said, as its run is handed out again. True when a delivery was reported.
 */
export async function endOpen(parts: CollectorParts, note: OpenTransfer): Promise<boolean> {
  const stored = await storedOf(parts, note)
  if (stored !== undefined) {
    // It is not asked for again: what lies in the library is enough.
    const { kind } = await parts.collector.collect(note.place, note.run)
    if (kind === 'proved') return tellStored(parts, note)
  }
  await close(parts, note)
  return false
}

/** Reports a delivery as it lies in the library. The note goes last. */
async function tellStored(parts: CollectorParts, note: OpenTransfer): Promise<boolean> {
  const { place, run } = note
  const stored = await storedOf(parts, note)
  if (stored !== undefined) {
    const { heard, why } = await parts.daemon.stored(place.attemptId, stored)
    if (heard !== 'noted') parts.log.warn('the daemon does not take this receipt', { run: run.runAccession, heard, why })
  }
  await close(parts, note)
  return stored !== undefined
}

async function close(parts: CollectorParts, note: OpenTransfer): Promise<void> {
  await parts.open.close(note)
  parts.effect('collect: transfer closed')
}

async function storedOf(parts: CollectorParts, { run }: OpenTransfer): Promise<StoredDelivery | undefined> {
  return findStored(parts.libraryFolder, run).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error
    parts.log.warn('a delivery in the library cannot be believed', { run: run.runAccession, why: error.message })
    return undefined
  })
}
