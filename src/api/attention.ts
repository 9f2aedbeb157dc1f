import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { flagText, instantSchema, nothing, pageOf, pageQuery } from './wire-values.ts'

/** What needs a person. */
export const attentionRow = v.object({
  id: v.number(),
  subject: v.picklist(['taxon', 'machine', 'collector', 'installation']),
  subjectId: v.string(),
  /** The taxon's name, where it is about one. */
  scientificName: v.string(),
  cause: v.string(),
  /** What was seen, in the other side's own words. */
  evidence: v.string(),
  tried: v.string(),
  openedAt: instantSchema,
  resolvedAt: v.nullable(instantSchema),
  resolution: v.string(),
  resolvedBy: v.string(),
})
export type AttentionRow = v.InferOutput<typeof attentionRow>

export const listAttention = endpoint({
  method: 'GET',
  path: '/api/attention',
  query: v.object({ ...pageQuery, resolved: v.optional(flagText, 'false') }),
  body: nothing,
  reply: pageOf(attentionRow),
  form: 'document',
})

export const resolveAttention = endpoint({
  method: 'POST',
  path: '/api/attention/resolve',
  query: nothing,
  body: v.object({
    /** One of the inbox, or everything open about a taxon. */
    subject: v.variant('kind', [
      v.object({ kind: v.literal('id'), id: v.number() }),
      v.object({ kind: v.literal('taxon'), taxId: v.number() }),
    ]),
    /** `retry`: also what failed is owed again and the archive is asked at once · `skip`: `runs` are skipped · `dismiss`: nothing else changes. */
    how: v.picklist(['retry', 'skip', 'dismiss']),
    runs: v.pipe(v.array(v.string()), v.maxLength(1000)),
    dryRun: v.boolean(),
  }),
  reply: v.object({
    resolved: v.array(attentionRow),
    retried: v.number(),
    skipped: v.array(v.string()),
    lostRuns: v.array(v.string()),
  }),
  form: 'document',
})
