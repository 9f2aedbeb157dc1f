import { listPasses } from '../../../api/passes.ts'
import { passList } from '../../ledger/asked/pass-list.ts'
import { numberKey } from '../number-key.ts'
import { route, type Route } from '../route.ts'

/** What people ask about passes. */
export const passRoutes: readonly Route[] = [
  route(listPasses, ({ query }, { ledger }) =>
    passList(ledger.read, { stage: query.stage, before: numberKey(query.after), limit: query.limit }),
  ),
]
