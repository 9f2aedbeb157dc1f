import { listWorkers } from '../../../api/workers.ts'
import { workerList } from '../../ledger/asked/worker-list.ts'
import { route, type Route } from '../route.ts'

/** What people ask about workers. */
export const workerRoutes: readonly Route[] = [
  route(listWorkers, ({ query, now }, { ledger }) =>
    workerList(ledger.read, { gone: query.gone, after: query.after, limit: query.limit, now }),
  ),
]
