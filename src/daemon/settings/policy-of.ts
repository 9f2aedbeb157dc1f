import type { Policy } from '../../core/policy.ts'
import type { SettingValues } from './setting-keys.ts'

/** How many workers there may be, and of which sizes. */
export type WorkerLimits = Pick<Policy, 'maxWorkers' | 'memorySizesGb'>

/** The policy as set, within what the place of machines may give. */
export function policyOf(set: SettingValues['policy'], limits: WorkerLimits, collector: SettingValues['collector']): Policy {
  return {
    maxWorkers: limits.maxWorkers,
    maxHeld: set.max_held,
    batchRuns: set.batch_runs,
    batchBytes: set.batch_bytes,
    bootSeconds: set.boot_seconds,
    leaseSeconds: set.lease_seconds,
    progressSeconds: set.progress_seconds,
    deadlineSeconds: set.deadline_seconds,
    listLagSeconds: set.list_lag_seconds,
    graceSeconds: set.grace_seconds,
    maxAttempts: set.max_attempts,
    retrySeconds: set.retry_seconds,
    destroyRetrySeconds: set.destroy_retry_seconds,
    maxStrikes: set.max_strikes,
    memorySizesGb: limits.memorySizesGb,
    libraryReserveBytes: set.library_reserve_bytes,
    maxCollectFailures: set.max_collect_failures,
    collectorSilentSeconds: collector.silent_seconds,
    checkSeconds: set.check_seconds,
    overlapDays: set.overlap_days,
    fullCheckDays: set.full_check_days,
    waitingDays: set.waiting_days,
    maxCheckFailures: set.max_check_failures,
    filesSeconds: set.files_seconds,
    periodSeconds: set.period_seconds,
  }
}
