import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { instantSchema, nothing, pageOf, pageQuery, taxIdText } from './wire-values.ts'

export const batchStates = ['queued', 'assigned', 'started', 'finished', 'settled', 'failed', 'cancelled'] as const

/** A batch in a list. */
export const batchRow = v.object({
  name: v.string(),
  batchId: v.string(),
  state: v.picklist(batchStates),
  taxId: v.number(),
  scientificName: v.string(),
  recipe: v.string(),
  /** Runs of its newest attempt, or those waiting for the first one. */
  runs: v.number(),
  /** Of those: said to be done, said to have failed, proved at home. */
  done: v.number(),
  failed: v.number(),
  delivered: v.number(),
  attemptsMade: v.number(),
  /** The worker of the open attempt; empty when there is none. */
  worker: v.string(),
  expectedBytes: v.number(),
  memoryGb: v.number(),
  /** What the machines of all its attempts have cost until now, in millionths of a dollar. */
  microdollars: v.number(),
  createdAt: instantSchema,
  changedAt: instantSchema,
})
export type BatchRow = v.InferOutput<typeof batchRow>

export const listBatches = endpoint({
  method: 'GET',
  path: '/api/batches',
  /** The newest first. `open`: those that are neither settled, failed nor cancelled. */
  query: v.object({ ...pageQuery, taxon: v.optional(taxIdText), state: v.optional(v.picklist([...batchStates, 'open'])) }),
  body: nothing,
  reply: pageOf(batchRow),
  form: 'document',
})
