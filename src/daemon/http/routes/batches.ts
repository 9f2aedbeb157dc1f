import { listBatches } from '../../../api/batches.ts'
import { batchList } from '../../ledger/asked/batch-list.ts'
import { knownTaxon } from '../../ledger/requested/tracked-taxon.ts'
import { route, type Route } from '../route.ts'

/** What people ask about batches. */
export const batchRoutes: readonly Route[] = [
  route(listBatches, async ({ query, now }, { ledger }) => {
    if (query.taxon !== undefined) await knownTaxon(ledger.read, query.taxon)
    return batchList(ledger.read, { taxId: query.taxon, state: query.state, after: query.after, limit: query.limit, now })
  }),
]
