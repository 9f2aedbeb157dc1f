import type { Clock } from '../../../core/clock.ts'
import { Problem } from '../../../core/problem.ts'
import type { Collector, PeekResult } from '../../../transfer/collector.ts'
import type { PeekReport } from '../../../api/collections.ts'
import { collectedOf, linkFact, peekOf, removingOf } from '../../ledger/collection-facts.ts'
import { reportedStored } from '../../ledger/collection-reports.ts'
import { wishClearing } from '../../ledger/collection-wanted.ts'
import { epochOf, knownCollectors } from '../../ledger/collections.ts'
import { readInstallation } from '../../ledger/installation.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** What it answers from. */
export interface RemoteCollectorOptions {
  ledger: Ledger
  clock: Clock
  /** A collector that was silent for so long after a restore is no longer waited for. */
  silentSeconds: number
}

/** A look at a machine that is older says nothing of how it stands now, in seconds. */
const peekSeconds = 120

/**
 * The collector of a daemon whose results are brought home by `microfetch collect` on other hosts: it answers by what those reported
 * into the ledger, and touches nothing. Where nothing was reported yet it throws `slow-down`: whoever asks does so again later.
 */
export function remoteCollector({ ledger, clock, silentSeconds }: RemoteCollectorOptions): Collector {
  const { read } = ledger
  return {
    name: 'remote',
    collect: async ({ attemptId }, { runAccession, deliveryId }) => {
      const said = await collectedOf(read, { attemptId, runAccession, deliveryId })
      if (said === undefined) throw notYetHeard(`the transfer of ${runAccession}`)
      return said.collected
    },
    remove: async ({ attemptId }, runAccession) => {
      const said = await removingOf(read, { attemptId, runAccession })
      if (said === undefined) throw notYetHeard(`the sources of ${runAccession}`)
      if (said.kind === 'failed') throw new Problem('unreachable', said.why)
      return said
    },
    peek: async (place, unheard) => {
      const said = await peekOf(read, place, new Date(clock().getTime() - peekSeconds * 1000))
      if (said === undefined) throw notYetHeard(`the machine of attempt ${place.attemptId}`)
      return toPeekResult(said, unheard)
    },
    link: async ({ runAccession, deliveryId, taxIds }) => {
      for (const taxId of taxIds) {
        const said = await linkFact(read, { taxId, runAccession, deliveryId })
        if (said === undefined) throw notYetHeard(`the link of ${taxId} to ${runAccession}`)
        if (said === 'nothing-there')
          throw new Problem('not-found', `no delivery ${deliveryId} of ${runAccession} lies in the library`)
      }
    },
    stored: async function* () {
      const epoch = await epochOf(read)
      await requireAllTold(ledger, epoch, clock(), silentSeconds)
      yield* reportedStored(read, epoch)
    },
    clearIncoming: attemptId => ledger.write(tx => wishClearing(tx, attemptId, clock())),
    // What nobody told of is not counted on.
    freeBytes: async () => (await knownCollectors(read))[0]?.freeBytes ?? 0,
    heardAt: async () => (await knownCollectors(read))[0]?.heardAt,
  }
}

function notYetHeard(what: string): Problem {
  return new Problem('slow-down', `no collector has told of ${what} yet`)
}

function toPeekResult(said: PeekReport, unheard: readonly string[]): PeekResult {
  if (said.kind === 'unreachable') return said
  const asked = new Set(unheard)
  return {
    kind: 'read',
    standing: said.standing ?? undefined,
    closing: said.closing ?? undefined,
    handedOver: said.handedOver.filter(({ runAccession }) => asked.has(runAccession)),
  }
}

/** Every collector that is still heard has told of its whole library since the ledger was restored, and there is at least one. */
async function requireAllTold({ read }: Ledger, epoch: number, now: Date, silentSeconds: number): Promise<void> {
  const since = Date.parse((await readInstallation(read, 'adopting_since')) ?? '') || 0
  const isAwaited = (heardAt: Date): boolean => now.getTime() < Math.max(heardAt.getTime(), since) + silentSeconds * 1000
  const known = await knownCollectors(read)
  const missing = known.filter(({ storedEpoch, heardAt }) => storedEpoch !== epoch && isAwaited(heardAt))
  if (missing.length === 0 && known.some(({ storedEpoch }) => storedEpoch === epoch)) return
  const who = missing.length === 0 ? 'a collector' : missing.map(({ name }) => name).join(', ')
  throw new Problem('unreachable', `waiting until ${who} has told what lies in the library`)
}
