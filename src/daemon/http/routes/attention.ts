import { listAttention, resolveAttention } from '../../../api/attention.ts'
import { attentionList } from '../../ledger/asked/attention-list.ts'
import { numberKey } from '../number-key.ts'
import { resolveAsked } from '../resolve-attention.ts'
import { route, type Route } from '../route.ts'

/** What needs people. */
export const attentionRoutes: readonly Route[] = [
  route(listAttention, ({ query }, { ledger }) =>
    attentionList(ledger.read, { resolved: query.resolved, after: numberKey(query.after), limit: query.limit }),
  ),
  route(resolveAttention, resolveAsked),
]
