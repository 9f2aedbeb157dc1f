import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { rangeSchema } from './money.ts'
import { instantSchema, nothing, pageOf, pageQuery, taxIdText } from './wire-values.ts'

/** Where a run stands for one taxon, in the order of a run's life. */
export const runStates = [
  'unjudged',
  'excluded',
  'waiting',
  'skipped',
  'withdrawn',
  'accepted',
  'wanted',
  'batched',
  'delivered',
  'failed',
  'dropped',
  'held',
] as const
export type RunState = (typeof runStates)[number]

/** A reason code with the value that failed. */
export const reasonSchema = v.object({ code: v.string(), detail: v.string() })

/** A run in a list: once for every taxon that it was judged for. */
export const runRow = v.object({
  runAccession: v.string(),
  /** The tracked taxon. */
  taxId: v.number(),
  scientificName: v.string(),
  state: v.picklist(runStates),
  /** Codes of all reasons, joined by `,`; empty when there is none. */
  reason: v.string(),
  /** The values that failed, joined by `; `. */
  detail: v.string(),
  firstPublicOn: v.string(),
  baseCount: v.nullable(v.number()),
  fastqBytes: v.number(),
  sampleAccession: v.string(),
  studyAccession: v.string(),
  recipe: v.string(),
  /** Name of the batch that it is in now; empty when in none. */
  batch: v.string(),
  /** Where its results lie, below the library; empty while they do not. */
  path: v.string(),
  changedAt: instantSchema,
})
export type RunRow = v.InferOutput<typeof runRow>

const runFilter = {
  taxon: v.optional(taxIdText),
  state: v.optional(v.picklist(runStates)),
  reason: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a reason is written like META_BASES_LOW'))),
}

export const listRuns = endpoint({
  method: 'GET',
  path: '/api/runs',
  query: v.object({ ...runFilter, ...pageQuery }),
  body: nothing,
  reply: pageOf(runRow),
  form: 'document',
})

export const streamRuns = endpoint({
  method: 'GET',
  path: '/api/runs.jsonl',
  query: v.object(runFilter),
  body: nothing,
  reply: runRow,
  form: 'lines',
})

export const retryRuns = endpoint({
  method: 'POST',
  path: '/api/runs/retry',
  query: nothing,
  body: v.object({
    /** Accessions, or a taxon whose runs are meant. */
    runs: v.pipe(v.array(v.string()), v.maxLength(1000)),
    taxId: v.nullable(v.number()),
    /** `failed`: failed and skipped ones; `delivered`: those at home, to be made again by the taxon's recipe of now. */
    which: v.picklist(['failed', 'delivered']),
    dryRun: v.boolean(),
  }),
  reply: v.object({
    /** Runs that are owed again, the first thousand of them by name. */
    retried: v.number(),
    runs: v.array(v.string()),
    bytes: v.number(),
    hours: v.number(),
    hoursFrom: v.string(),
    /** In millionths of a dollar; null where machines are free, or their price is not known (and why). */
    microdollars: v.nullable(rangeSchema),
    priceUnknown: v.string(),
    /** Runs that were named and not retried. */
    refused: v.array(v.object({ runAccession: v.string(), why: v.string() })),
  }),
  form: 'document',
})

export const skipRuns = endpoint({
  method: 'POST',
  path: '/api/runs/skip',
  query: nothing,
  body: v.object({
    runs: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(1000)),
    taxId: v.nullable(v.number()),
    why: v.string(),
    dryRun: v.boolean(),
  }),
  reply: v.object({
    skipped: v.array(v.string()),
    /** Of those, worked on now: their unproved results are lost. */
    lostRuns: v.array(v.string()),
    refused: v.array(v.object({ runAccession: v.string(), why: v.string() })),
  }),
  form: 'document',
})
