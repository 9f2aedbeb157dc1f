import type { Deps } from '../../deps.ts'
import { hasNewEvents } from '../../ledger/passed-events.ts'
import { staleTaxa } from '../../ledger/stale-files.ts'
import type { Seen } from './plan.ts'

/** Compares the files with the ledger. */
export async function look({ ledger, projector }: Deps): Promise<Seen> {
  return {
    hasNewEvents: await hasNewEvents(ledger.read),
    isLedgerCsvCurrent: await projector.isLedgerCsvCurrent(),
    stale: await staleTaxa(ledger.read),
  }
}
