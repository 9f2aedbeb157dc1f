import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { missesSchema, rangeSchema } from './money.ts'
import { instantSchema, nothing, taxIdText } from './wire-values.ts'

/** What the next passes would do, without doing it. */
export const workPlan = v.object({
  /** Taxa whose next check is due by now, or when. */
  checks: v.array(
    v.object({ taxId: v.number(), scientificName: v.string(), kind: v.picklist(['incremental', 'full']), at: instantSchema }),
  ),
  /** Runs to be judged first; more may become wanted by that. */
  unjudged: v.number(),
  /** Runs to be gone through anew, because what is asked of their taxon was changed. */
  rejudged: v.number(),
  /** Runs owed that nothing holds back, and those that wait because their taxon is paused or needs attention. */
  wanted: v.object({ runs: v.number(), bytes: v.number(), bases: v.number() }),
  heldBack: v.array(v.object({ taxId: v.number(), scientificName: v.string(), runs: v.number(), why: v.string() })),
  /** The batches they would be packed into; at most the first 500 of them. */
  batches: v.array(
    v.object({
      taxId: v.number(),
      scientificName: v.string(),
      recipe: v.string(),
      runs: v.number(),
      bytes: v.number(),
      memoryGb: v.number(),
      hours: v.number(),
      /** What its machine would cost, in millionths of a dollar; null where machines are free, or their price is not known. */
      microdollars: v.nullable(rangeSchema),
    }),
  ),
  batchCount: v.number(),
  /** Runs in those batches: one pass packs some thousands at most. */
  packedRuns: v.number(),
  /** Batches made already and not finished. */
  openBatches: v.number(),
  workers: v.object({ alive: v.number(), allowed: v.number() }),
  /** Until everything wanted is done, on the workers allowed. */
  hours: v.number(),
  hoursRange: rangeSchema,
  /** Of the batches above, all together; null where machines are free, or their price is not known. */
  microdollars: v.nullable(rangeSchema),
  /** Why their price is not known; empty where it is, or where they are free. */
  priceUnknown: v.string(),
  /** Null while no forecast can be compared with what it came to. */
  misses: v.nullable(missesSchema),
  hoursFrom: v.string(),
  /** Why nothing would begin, where that is so. */
  stops: v.array(v.string()),
})
export type WorkPlan = v.InferOutput<typeof workPlan>

export const showPlan = endpoint({
  method: 'GET',
  path: '/api/plan',
  query: v.object({ taxon: v.optional(taxIdText) }),
  body: nothing,
  reply: workPlan,
  form: 'document',
})
