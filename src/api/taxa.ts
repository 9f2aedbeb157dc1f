import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { rangeSchema } from './money.ts'
import { dayText, flagText, instantSchema, nothing, pageOf, pageQuery, taxIdText } from './wire-values.ts'

const scopeSchema = v.picklist(['subtree', 'alone'])

/** How far back a taxon reaches; `max-runs` counts the newest of its first check. */
export const reachSchema = v.variant('kind', [
  v.object({ kind: v.literal('all') }),
  v.object({ kind: v.literal('from'), firstPublicOn: dayText }),
  v.object({ kind: v.literal('max-runs'), runs: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
])
export type AskedReach = v.InferOutput<typeof reachSchema>

/** How many runs of a taxon stand where. Every run that was ever seen is counted once. */
export const runCounts = v.object({
  total: v.number(),
  /** Not judged yet. */
  unjudged: v.number(),
  /** A filter refused it, or it left the taxon's subtree. */
  excluded: v.number(),
  /** The archive has no FASTQ of it yet. */
  waiting: v.number(),
  /** A person asked to skip it. */
  skipped: v.number(),
  /** Withdrawn from the archive before it was delivered. */
  withdrawn: v.number(),
  /** Accepted, and nothing is owed for it yet. */
  accepted: v.number(),
  wanted: v.number(),
  batched: v.number(),
  delivered: v.number(),
  failed: v.number(),
  dropped: v.number(),
  /** At home before microfetch tracked it. */
  held: v.number(),
})
export type RunCounts = v.InferOutput<typeof runCounts>

/** A taxon in a list. */
export const taxonRow = v.object({
  /** The id as the person gave it. */
  taxId: v.number(),
  scientificName: v.string(),
  rank: v.string(),
  /** The original's `last_run_status`: empty, `in progress`, `ready`, `complete`, `warning` or `error`. */
  status: v.picklist(['', 'in progress', 'ready', 'complete', 'warning', 'error']),
  /** The original's `stage_name`: the furthest stage at which something of it is. */
  stage: v.string(),
  state: v.picklist(['tracked', 'removed', 'deleted']),
  paused: v.boolean(),
  priority: v.number(),
  scope: scopeSchema,
  /** Differs from `taxId` after a merge in the taxonomy. */
  resolvedTaxId: v.number(),
  /** Start of the last good check, by the archive's clock. */
  lastChecked: v.nullable(instantSchema),
  nextCheckAt: instantSchema,
  /** The causes of its open attention; empty when it needs none. */
  needsAttention: v.string(),
  warning: v.string(),
  runs: runCounts,
})
export type TaxonRow = v.InferOutput<typeof taxonRow>

/** One look at the archive. */
export const checkRow = v.object({
  kind: v.picklist(['incremental', 'full']),
  begunAt: instantSchema,
  endedAt: v.nullable(instantSchema),
  outcome: v.picklist(['begun', 'good', 'refused', 'failed']),
  rowsSeen: v.number(),
  newRuns: v.number(),
  changedRuns: v.number(),
  goneRuns: v.number(),
  why: v.string(),
})

/** Everything that is known of one taxon. */
export const taxonDetail = v.object({
  ...taxonRow.entries,
  addedAt: instantSchema,
  removedAt: v.nullable(instantSchema),
  reach: v.string(),
  /** Every setting in force, as `KEY → VALUE`, and whether it was set for this taxon. */
  settings: v.array(v.object({ key: v.string(), value: v.string(), from: v.picklist(['taxon', 'default']) })),
  /** The newest first, at most ten. */
  checks: v.array(checkRow),
})
export type TaxonDetail = v.InferOutput<typeof taxonDetail>

/** What was asked for and what becomes (or would become) of it. */
export const addedTaxon = v.object({
  /** The id or name as given. */
  asked: v.string(),
  /**
   * `new` · `revived` was removed before · `known` is tracked already · `merged` new, its id leads to another one ·
   * `human` refused unless forced · `unknown`, `deleted` the taxonomy has no such taxon (any more) · `ambiguous` several have this name ·
   * `twice` another one of this request is the same taxon.
   */
  outcome: v.picklist(['new', 'revived', 'known', 'merged', 'human', 'unknown', 'deleted', 'ambiguous', 'twice']),
  taxId: v.nullable(v.number()),
  resolvedTaxId: v.nullable(v.number()),
  scientificName: v.string(),
  rank: v.string(),
  /** Runs and bases that the archive holds of it; null where that is not known (yet). */
  archiveRuns: v.nullable(v.number()),
  archiveBases: v.nullable(v.number()),
  /** At most so many of them are within reach, and so long they take on the workers allowed; null where not known. */
  runsWithinReach: v.nullable(v.number()),
  hours: v.nullable(v.number()),
  /** What their machines would cost, in millionths of a dollar; null where machines are free, or their price is not known. */
  microdollars: v.nullable(rangeSchema),
  reach: v.string(),
  /** Tracked taxa whose runs are partly the same ones; such runs are processed once. */
  overlaps: v.array(v.object({ taxId: v.number(), scientificName: v.string(), how: v.picklist(['above', 'below']) })),
  candidates: v.array(v.object({ taxId: v.number(), scientificName: v.string(), rank: v.string() })),
})
export type AddedTaxon = v.InferOutput<typeof addedTaxon>

export const listTaxa = endpoint({
  method: 'GET',
  path: '/api/taxa',
  query: v.object({ ...pageQuery, removed: v.optional(flagText, 'false') }),
  body: nothing,
  reply: pageOf(taxonRow),
  form: 'document',
})

export const showTaxon = endpoint({
  method: 'GET',
  path: '/api/taxa/:taxId',
  query: nothing,
  body: nothing,
  reply: taxonDetail,
  form: 'document',
})

/** At most this many taxa in one request; the command line sends more in several. */
export const mostAdded = 50

export const addTaxa = endpoint({
  method: 'POST',
  path: '/api/taxa',
  query: nothing,
  body: v.object({
    /** Ids or names. */
    asked: v.pipe(
      v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))),
      v.minLength(1),
      v.maxLength(mostAdded),
    ),
    scope: scopeSchema,
    /** Null: a new taxon reaches back to today, a revived one keeps what it had. */
    reach: v.nullable(reachSchema),
    /** Settings to begin with, as of `set`. */
    settings: v.record(v.string(), v.string()),
    /** Human is taken too. */
    force: v.boolean(),
    dryRun: v.boolean(),
  }),
  reply: v.object({
    taxa: v.array(addedTaxon),
    /** What the hours rest on. */
    hoursFrom: v.string(),
  }),
  form: 'document',
})

/** A taxon of an existing `microfetch.csv`. */
export const importedTaxon = v.object({
  taxId: v.number(),
  priority: v.number(),
  /** Runs that became public before this day are at the group already; null: it was never checked. */
  lastCheckedOn: v.nullable(dayText),
  /** Not blank: the taxon is left alone until a person resolves it. */
  needsAttention: v.string(),
  warning: v.string(),
})
export type ImportedTaxon = v.InferOutput<typeof importedTaxon>

export const importTaxa = endpoint({
  method: 'POST',
  path: '/api/taxa/import',
  query: nothing,
  body: v.object({
    taxa: v.pipe(v.array(importedTaxon), v.minLength(1), v.maxLength(mostAdded)),
    /** For those that were never checked; null: only new runs. */
    reach: v.nullable(reachSchema),
    dryRun: v.boolean(),
  }),
  reply: v.object({ taxa: v.array(addedTaxon), hoursFrom: v.string() }),
  form: 'document',
})

export const setTaxon = endpoint({
  method: 'POST',
  path: '/api/taxa/:taxId/set',
  query: nothing,
  /** An empty value takes a setting back. */
  body: v.object({ settings: v.record(v.string(), v.string()), dryRun: v.boolean() }),
  reply: v.object({
    taxon: taxonDetail,
    changed: v.array(v.object({ key: v.string(), before: v.string(), after: v.string() })),
    /** Every stored run of the taxon is judged anew, without asking the archive. */
    rejudges: v.boolean(),
    /** What `retry <taxon> --delivered` would owe now; null when nothing that was delivered is touched. */
    redoing: v.nullable(
      v.object({
        runs: v.number(),
        bytes: v.number(),
        hours: v.number(),
        hoursFrom: v.string(),
        /** In millionths of a dollar; null where machines are free, or their price is not known. */
        microdollars: v.nullable(rangeSchema),
      }),
    ),
  }),
  form: 'document',
})

export const removeTaxon = endpoint({
  method: 'POST',
  path: '/api/taxa/:taxId/remove',
  query: nothing,
  body: v.object({ cancel: v.boolean(), dryRun: v.boolean() }),
  reply: v.object({
    taxId: v.number(),
    scientificName: v.string(),
    /** Owed and not begun: dropped, unless another taxon wants them. */
    dropped: v.number(),
    /** Of those, wanted by another taxon: they go on. */
    shared: v.number(),
    /** In a batch now: brought home first, or with `cancel` lost. */
    batched: v.number(),
    /** With `cancel`: batches that end, and runs whose work is lost. */
    cancelledBatches: v.array(v.string()),
    lostRuns: v.array(v.string()),
  }),
  form: 'document',
})

const toldTaxon = v.object({
  taxId: v.number(),
  scientificName: v.string(),
  changed: v.boolean(),
  /** Why nothing comes of it for now; empty when nothing stands in its way. */
  held: v.string(),
})

export const pauseTaxon = endpoint({
  method: 'POST',
  path: '/api/taxa/:taxId/pause',
  query: nothing,
  body: v.object({ paused: v.boolean() }),
  reply: toldTaxon,
  form: 'document',
})

export const checkTaxon = endpoint({
  method: 'POST',
  path: '/api/taxa/:taxId/check',
  query: nothing,
  body: v.object({ full: v.boolean() }),
  reply: toldTaxon,
  form: 'document',
})

/** A line of a taxon's log. */
export const logLine = v.object({ id: v.number(), at: instantSchema, line: v.string() })

export const taxonLog = endpoint({
  method: 'GET',
  path: '/api/taxa/:taxId/log',
  /** Without `after`: the last `limit` lines, oldest first. */
  query: v.object(pageQuery),
  body: nothing,
  reply: pageOf(logLine),
  form: 'document',
})

/** The tax id of a path. */
export const taxIdParam = taxIdText
