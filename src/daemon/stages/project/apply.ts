import type { Deps } from '../../deps.ts'
import { passOnMoves } from '../../ledger/stale-files.ts'
import type { Action } from './plan.ts'

/** Does one action; again is the same as once. */
export async function apply(action: Action, { ledger, projector }: Deps): Promise<void> {
  switch (action.kind) {
    case 'events':
      await projector.writeTaxonLogs()
      await ledger.write(passOnMoves)
      return
    case 'ledger csv':
      return projector.writeLedgerCsv()
    case 'taxon files':
      return projector.writeTaxonFiles(action.taxId)
  }
}
