import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { nothing, taxIdText } from './wire-values.ts'

/** The fate of every run as a table, of one taxon or of all. */
export const exportStatus = endpoint({
  method: 'GET',
  path: '/api/status.tsv',
  query: v.object({ taxon: v.optional(taxIdText) }),
  body: nothing,
  reply: v.string(),
  form: 'text',
})
