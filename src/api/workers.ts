import * as v from 'valibot'
import { progressSchema } from './closing.ts'
import { endpoint } from './endpoint.ts'
import { flagText, instantSchema, nothing, pageOf, pageQuery } from './wire-values.ts'

/** A worker in a list. */
export const workerRow = v.object({
  name: v.string(),
  state: v.picklist(['requested', 'booting', 'working', 'destroying', 'destroyed']),
  provider: v.string(),
  machineId: v.nullable(v.string()),
  address: v.nullable(v.string()),
  batch: v.string(),
  attempt: v.number(),
  requestedAt: instantSchema,
  lastBeatAt: v.nullable(instantSchema),
  progress: v.nullable(progressSchema),
  /** Why it ends, once it does. */
  ending: v.string(),
  /** Since when unproved results hold it; null when none do. */
  heldSince: v.nullable(instantSchema),
  /** What the machines of its attempt have cost until now, and what they cost in a day while they are there: millionths of a dollar. */
  microdollars: v.number(),
  dailyMicrodollars: v.number(),
})
export type WorkerRow = v.InferOutput<typeof workerRow>

export const listWorkers = endpoint({
  method: 'GET',
  path: '/api/workers',
  /** The newest first; `gone`: destroyed ones too. */
  query: v.object({ ...pageQuery, gone: v.optional(flagText, 'false') }),
  body: nothing,
  reply: pageOf(workerRow),
  form: 'document',
})
