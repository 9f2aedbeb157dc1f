import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { nothing } from './wire-values.ts'

/** At most this many runs in one request; the command line sends more in several. */
export const mostHoldings = 10_000

export const importHoldings = endpoint({
  method: 'POST',
  path: '/api/holdings/import',
  query: nothing,
  body: v.object({ runs: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(mostHoldings)) }),
  /** `known`: at home or held already. */
  reply: v.object({ added: v.number(), known: v.number() }),
  form: 'document',
})
