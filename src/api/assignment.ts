import * as v from 'valibot'

/*
 * What an agent is given to do. It also lies as `assignment.json` in the machine's folder, so that an agent can work
 * when no daemon answers.
 */

/** The version of the wire and of the closing document. The one before is accepted while its attempts are open. */
export const wireVersion = 1

const readFileSchema = v.object({
  name: v.string(),
  role: v.picklist(['mate1', 'mate2', 'single', 'orphan', 'other']),
  sizeBytes: v.number(),
  md5: v.string(),
  /** Full addresses, tried in this order. */
  sources: v.array(v.string()),
})

const exitMeaningSchema = v.object({ reason: v.string(), cure: v.picklist(['retry', 'memory', 'none']) })

const recipeSchema = v.object({
  name: v.string(),
  /** What Nextflow is told to run: an absolute path, or a repository. */
  project: v.string(),
  /** Revision of a repository; empty for a path. */
  revision: v.string(),
  identity: v.string(),
  profile: v.string(),
  params: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  samplesheet: v.object({
    delimiter: v.picklist([',', '\t']),
    lines: v.picklist(['file', 'run']),
    columns: v.record(v.string(), v.string()),
  }),
  outputs: v.array(v.string()),
  complete: v.optional(v.string()),
  exitCodes: v.record(v.string(), v.record(v.string(), exitMeaningSchema)),
})

/** The batch as the agent gets it. */
export const assignmentSchema = v.object({
  version: v.number(),
  attemptId: v.string(),
  batchName: v.string(),
  recipe: recipeSchema,
  runs: v.array(
    v.object({
      runAccession: v.string(),
      deliveryId: v.string(),
      layout: v.picklist(['paired', 'single']),
      sampleAccession: v.string(),
      taxId: v.number(),
      readFiles: v.array(readFileSchema),
    }),
  ),
  /** How to start Nextflow on this machine: the command and its first arguments. */
  nextflow: v.array(v.string()),
  memoryGb: v.number(),
  cpus: v.number(),
  beatSeconds: v.number(),
  /** The pipeline is ended this long after its start, and when it makes no progress for `stallSeconds`. */
  deadlineSeconds: v.number(),
  stallSeconds: v.number(),
  /** Environment for the pipeline: proxies, an own CA bundle. Never secrets. */
  environment: v.record(v.string(), v.string()),
})
export type Assignment = v.InferOutput<typeof assignmentSchema>
