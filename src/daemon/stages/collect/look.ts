import type { Deps } from '../../deps.ts'
import { collectables, removables } from '../../ledger/attempt-runs.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { queuedBatches } from '../../ledger/batches.ts'
import { libraryNeed, type LibraryNeed } from '../../ledger/library-need.ts'
import { linksOwed } from '../../ledger/links-owed.ts'
import type { Seen } from './plan.ts'

/** At most this many runs are brought home in one pass, so that the other stages come to their turn. */
const atMost = 20

/** Reads what was announced, what may be removed, and the space of the library. */
export async function look({ ledger, collector, clock }: Deps): Promise<Seen> {
  const announced = await collectables(ledger.read, clock(), atMost)
  const fullKnown = (await installationCauses(ledger.read)).includes('library-full')
  // A full library stops creates too, so whoever waits for a worker is told why.
  const needsSpace = announced.length > 0 || fullKnown || (await queuedBatches(ledger.read)).length > 0
  return {
    announced: announced.map(run => ({ ...run, manifestSha256: run.manifestSha256 ?? undefined })),
    removable: await removables(ledger.read, clock(), 500),
    links: await linksOwed(ledger.read, 500),
    freeBytes: needsSpace ? await collector.freeBytes() : undefined,
    fullKnown,
    waiting: fullKnown ? toWaiting(await libraryNeed(ledger.read)) : undefined,
  }
}

function toWaiting(need: LibraryNeed | undefined) {
  return need && { freeBytes: need.freeBytes, notBeforeMs: Date.parse(need.notBefore) }
}
