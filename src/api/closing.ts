import * as v from 'valibot'

/** A SHA-256, 64 small hexadecimal digits. */
export const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/** What became of one run on the machine, as its agent says. */
export const runOutcomeSchema = v.variant('outcome', [
  v.object({ runAccession: v.string(), outcome: v.literal('done'), manifestSha256: sha256Schema }),
  v.object({
    runAccession: v.string(),
    outcome: v.literal('failed'),
    reason: v.pipe(v.string(), v.maxLength(64)),
    /** The value that failed, e.g. `file=ERR1_1.fastq.gz expected=… got=…`. */
    detail: v.pipe(v.string(), v.maxLength(4000)),
    cure: v.picklist(['retry', 'memory', 'none']),
  }),
])
export type RunOutcome = v.InferOutput<typeof runOutcomeSchema>

/** How far a machine has come. Only changes of it count as progress. */
export const progressSchema = v.object({
  phase: v.picklist(['waiting', 'working', 'closing', 'done']),
  runsDone: v.number(),
  runsFailed: v.number(),
  runsTotal: v.number(),
  /** Bytes in the machine's work and result folders. */
  bytesWritten: v.number(),
  freeDiskBytes: v.number(),
  freeMemoryBytes: v.number(),
  /** Tasks of the pipeline that have ended. */
  tasksEnded: v.number(),
})
export type Progress = v.InferOutput<typeof progressSchema>

/**
 * `standing.json`: what the agent would say by callback, on the machine's own disk, renewed with every beat.
 * It makes callbacks a convenience: the daemon can always read this instead.
 */
export const standingSchema = v.object({
  version: v.number(),
  attemptId: v.string(),
  machineId: v.string(),
  /** Number of the beat, growing. */
  beat: v.number(),
  progress: progressSchema,
  outcomes: v.array(runOutcomeSchema),
})
export type Standing = v.InferOutput<typeof standingSchema>

/** How the closing document of a machine ends whose agent never began. */
export const bootFailed = 'boot failed'

/** `DONE.json`: the closing document, written last of all, after every run's folder is whole. */
export const closingSchema = v.object({
  version: v.number(),
  attemptId: v.string(),
  machineId: v.string(),
  /** Why the work ended: `finished`, or `deadline`, `stalled`, `dismissed`, `pipeline failed`. */
  ending: v.pipe(v.string(), v.maxLength(200)),
  /** Every run of the assignment exactly once. */
  outcomes: v.array(runOutcomeSchema),
  /** The last lines of the pipeline's log. */
  logTail: v.pipe(v.string(), v.maxLength(20_000)),
})
export type ClosingDocument = v.InferOutput<typeof closingSchema>
