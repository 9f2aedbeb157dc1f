import type { Collector } from '../../../transfer/collector.ts'
import type { Deps } from '../../deps.ts'
import { collectables, removables } from '../../ledger/attempt-runs.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { queuedBatches } from '../../ledger/batches.ts'
import { reportedLinks, reportedRemovals, reportedRuns } from '../../ledger/collection-facts.ts'
import { graceUntil } from '../../ledger/grace.ts'
import type { Reader } from '../../ledger/ledger.ts'
import { libraryNeed, type LibraryNeed } from '../../ledger/library-need.ts'
import { linksOwed } from '../../ledger/links-owed.ts'
import type { Elsewhere, Seen } from './plan.ts'

/** At most this many runs are brought home in one pass, so that the other stages come to their turn. */
const atMost = 20
/** To write down what was reported takes no time. */
const mostReported = 500

/** Reads what was announced (or what a collector elsewhere reported of it), what may be removed, and the space of the library. */
export async function look({ ledger, collector, clock }: Deps): Promise<Seen> {
  const causes = await installationCauses(ledger.read)
  const elsewhere = await lookElsewhere(collector, ledger.read, causes)
  const { announced, removable, links } = await (elsewhere === undefined
    ? lookHere(ledger.read, clock())
    : lookAtReports(ledger.read))
  const fullKnown = causes.includes('library-full')
  // A full library stops creates too, so whoever waits for a worker is told why. Of one that was never heard of nothing is known.
  const needsSpace = announced.length > 0 || fullKnown || (await queuedBatches(ledger.read)).length > 0
  const isKnown = elsewhere === undefined || elsewhere.heardAtMs !== undefined
  return {
    elsewhere,
    announced: announced.map(run => ({ ...run, manifestSha256: run.manifestSha256 ?? undefined })),
    removable,
    links,
    freeBytes: needsSpace && isKnown ? await collector.freeBytes() : undefined,
    fullKnown,
    waiting: fullKnown ? toWaiting(await libraryNeed(ledger.read)) : undefined,
  }
}

async function lookHere(read: Reader, now: Date) {
  return {
    announced: await collectables(read, now, atMost),
    removable: await removables(read, now, 500),
    links: await linksOwed(read, 500),
  }
}

async function lookAtReports(read: Reader) {
  return {
    announced: await reportedRuns(read, mostReported),
    removable: await reportedRemovals(read, mostReported),
    links: await reportedLinks(read, mostReported),
  }
}

async function lookElsewhere(collector: Collector, read: Reader, causes: readonly string[]): Promise<Elsewhere | undefined> {
  if (collector.heardAt === undefined) return undefined
  const heardAt = await collector.heardAt()
  return {
    heardAtMs: heardAt?.getTime(),
    silenceKnown: causes.includes('collector-silent'),
    graceUntilMs: await graceUntil(read),
  }
}

function toWaiting(need: LibraryNeed | undefined) {
  return need && { freeBytes: need.freeBytes, notBeforeMs: Date.parse(need.notBefore) }
}
