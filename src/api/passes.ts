import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { instantSchema, nothing, pageOf, pageQuery } from './wire-values.ts'

/** One pass of one stage that did something. */
export const passRow = v.object({
  id: v.number(),
  stage: v.string(),
  begunAt: instantSchema,
  endedAt: instantSchema,
  planned: v.number(),
  failed: v.number(),
  failures: v.array(v.object({ action: v.string(), why: v.string() })),
})
export type PassRow = v.InferOutput<typeof passRow>

export const listPasses = endpoint({
  method: 'GET',
  path: '/api/passes',
  /** The newest first. */
  query: v.object({ ...pageQuery, stage: v.optional(v.string()) }),
  body: nothing,
  reply: pageOf(passRow),
  form: 'document',
})
