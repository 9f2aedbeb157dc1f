import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { runStates } from './runs.ts'
import { instantSchema, nothing } from './wire-values.ts'

/** A reason with what its code means. */
const explainedReason = v.object({ code: v.string(), detail: v.string(), meaning: v.string() })

const archiveSide = v.object({
  state: v.picklist(['public', 'waiting', 'withdrawn']),
  studyAccession: v.string(),
  sampleAccession: v.string(),
  experimentAccession: v.string(),
  taxId: v.number(),
  scientificName: v.string(),
  libraryStrategy: v.string(),
  librarySource: v.string(),
  libraryLayout: v.string(),
  instrumentPlatform: v.string(),
  readCount: v.nullable(v.number()),
  baseCount: v.nullable(v.number()),
  fastqBytes: v.number(),
  firstPublicOn: v.string(),
  enaUpdatedOn: v.string(),
  /** Names its files as they are now; null while there are none. */
  revision: v.nullable(v.string()),
  readFiles: v.array(
    v.object({ name: v.string(), address: v.string(), sizeBytes: v.number(), md5: v.string(), role: v.string() }),
  ),
  filesProblem: v.nullable(v.string()),
  firstSeenAt: instantSchema,
  changedAt: instantSchema,
  waitingSince: v.nullable(instantSchema),
  nextLookAt: v.nullable(instantSchema),
  withdrawnAt: v.nullable(instantSchema),
})

const verdictSide = v.object({
  taxId: v.number(),
  scientificName: v.string(),
  taxonState: v.picklist(['tracked', 'removed', 'deleted']),
  state: v.picklist(runStates),
  verdict: v.picklist(['unjudged', 'accepted', 'rejected', 'waiting']),
  reasons: v.array(explainedReason),
  /** A person's words, when a person asked to skip it. */
  skip: v.nullable(v.string()),
  filterSet: v.string(),
  judgedAt: v.nullable(instantSchema),
  leftSubtreeAt: v.nullable(instantSchema),
  missedChecks: v.number(),
  deliveryId: v.nullable(v.string()),
})

const attemptSide = v.object({
  attemptId: v.string(),
  batch: v.string(),
  number: v.number(),
  worker: v.string(),
  machineId: v.nullable(v.string()),
  address: v.nullable(v.string()),
  openedAt: instantSchema,
  closedAt: v.nullable(instantSchema),
  closedWhy: v.string(),
  outcome: v.picklist(['none', 'done', 'failed']),
  reason: v.nullable(explainedReason),
  heardAt: v.nullable(instantSchema),
  collectFailures: v.number(),
  collectError: v.string(),
  /** When its sources were removed from the machine. */
  removedAt: v.nullable(instantSchema),
  /** The run's share of the machine's time and price; null while no machine is known. */
  machineSeconds: v.nullable(v.number()),
  microdollars: v.nullable(v.number()),
})

const receiptSide = v.object({
  collector: v.string(),
  /** Below the library. */
  relativePath: v.string(),
  /** On the computer of the library, when it is this one. */
  path: v.nullable(v.string()),
  storedAt: instantSchema,
  totalBytes: v.number(),
  files: v.array(v.object({ path: v.string(), bytes: v.number(), sha256: v.string() })),
  versions: v.record(v.string(), v.string()),
})

const deliverySide = v.object({
  deliveryId: v.string(),
  recipe: v.string(),
  revision: v.string(),
  state: v.picklist(['wanted', 'batched', 'delivered', 'failed', 'dropped', 'held']),
  chargedTaxId: v.nullable(v.number()),
  reason: v.nullable(explainedReason),
  /** Sunk attempts that held it. */
  strikes: v.number(),
  alone: v.boolean(),
  wantedAt: instantSchema,
  changedAt: instantSchema,
  attempts: v.array(attemptSide),
  receipt: v.nullable(receiptSide),
})

/** What happened to one run, from the archive to the library. */
export const runFate = v.object({
  runAccession: v.string(),
  /** The whole story in a few sentences. */
  story: v.array(v.string()),
  /** Null when only an imported list knows it. */
  archive: v.nullable(archiveSide),
  verdicts: v.array(verdictSide),
  deliveries: v.array(deliverySide),
  events: v.array(
    v.object({
      at: instantSchema,
      subject: v.string(),
      subjectId: v.string(),
      event: v.string(),
      from: v.string(),
      to: v.string(),
      why: v.string(),
      byWhom: v.string(),
    }),
  ),
})
export type RunFate = v.InferOutput<typeof runFate>

export const showRun = endpoint({
  method: 'GET',
  path: '/api/runs/:accession',
  query: nothing,
  body: nothing,
  reply: runFate,
  form: 'document',
})
