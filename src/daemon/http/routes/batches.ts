import { listBatches } from '../../../api/batches.ts'
import { batchList } from '../../ledger/asked/batch-list.ts'
import { route, type Route } from '../route.ts'

/** What people ask about batches. */
export const batchRoutes: readonly Route[] = [
  route(listBatches, ({ query }, { ledger }) =>
    batchList(ledger.read, { taxId: query.taxon, state: query.state, after: query.after, limit: query.limit }),
  ),
]
