/** The operator's limits. Seconds, days, bytes and bases as the names say. */
export interface Policy {
  /** Workers alive at once. */
  maxWorkers: number
  /** Workers whose finished results wait to be collected before nothing new is created. */
  maxHeld: number
  batchRuns: number
  batchBytes: number
  /** A machine must be listed or say something within this time of its create. */
  bootSeconds: number
  /** Silence after which a worker lapses. */
  leaseSeconds: number
  /** Beats without progress (runs done, bytes) after which a worker lapses. */
  progressSeconds: number
  /** The agent ends its pipeline this long after its start. */
  deadlineSeconds: number
  /** How long `list` may lag behind `create`. */
  listLagSeconds: number
  /** The full grace after an absence of the daemon, a restart or a restore. */
  graceSeconds: number
  /** Tries of one batch before it is given up. */
  maxAttempts: number
  /** The first wait before another attempt of a batch; it doubles with every attempt. */
  retrySeconds: number
  /** Sunk attempts before a run is failed; the last try is alone. */
  maxStrikes: number
  /** Memory sizes a worker may have, in GB, smallest first; an out-of-memory raises a delivery's need by one of them. */
  memorySizesGb: number[]
  /** Between two requests to delete the same machine. */
  destroyRetrySeconds: number
  /** Free bytes that the library keeps; below, nothing is collected and nothing created. */
  libraryReserveBytes: number
  /** Failed transfers of one run before a person is asked. */
  maxCollectFailures: number
  /** Silence of a collector on another host after which nothing is created and a person is asked. */
  collectorSilentSeconds: number
  /** Between two checks of a taxon. */
  checkSeconds: number
  /** The overlap of an incremental check with the one before, in days. */
  overlapDays: number
  /** Between two full reconciles of a taxon, in days. */
  fullCheckDays: number
  /** When a run that waits for FASTQ is looked at again, in days after it was put on the shelf. */
  waitingDays: number[]
  /** Failed checks of a taxon before a person is asked. */
  maxCheckFailures: number
  /** At most one rewriting of a taxon's files in this time. */
  filesSeconds: number
  /** The period of the loop, in seconds. */
  periodSeconds: number
}

/** What an installation has before anybody sets anything. */
export const defaultPolicy: Policy = {
  maxWorkers: 2,
  maxHeld: 4,
  batchRuns: 50,
  batchBytes: 50_000_000_000,
  bootSeconds: 600,
  leaseSeconds: 300,
  progressSeconds: 7200,
  deadlineSeconds: 43_200,
  listLagSeconds: 120,
  graceSeconds: 300,
  maxAttempts: 3,
  retrySeconds: 30,
  maxStrikes: 3,
  memorySizesGb: [8, 16, 32, 64],
  destroyRetrySeconds: 5,
  libraryReserveBytes: 1_000_000_000,
  maxCollectFailures: 5,
  collectorSilentSeconds: 7200,
  checkSeconds: 86_400,
  overlapDays: 14,
  fullCheckDays: 30,
  waitingDays: [1, 3, 7, 30],
  maxCheckFailures: 5,
  filesSeconds: 300,
  periodSeconds: 30,
}
