import type { SettingValues } from './setting-keys.ts'

/** What this machine may give to local workers. */
export interface LocalLimits {
  /** Workers at once. */
  maxWorkers: number
  /** Processors of one worker. */
  cpus: number
  /** Memory for workers, in GB (1,000,000,000 bytes). */
  memoryGb: number
  /** Sizes of a worker, smallest first; never empty. */
  memorySizesGb: number[]
}

/** What this machine has. */
export interface ThisMachine {
  processors: number
  memoryBytes: number
}

/**
 * The limits as set; 0 stands for what the machine has. Sizes beyond its memory are left out; where it has none of them, all of it is
 * one size. Unless somebody set how many workers there are, there are no more than have memory of the smallest size.
 */
export function localLimits(set: SettingValues, maxWorkersIsSet: boolean, machine: ThisMachine): LocalLimits {
  const { cpus, memory_gb } = set.local
  const memoryGb = memory_gb > 0 ? memory_gb : Math.max(1, Math.floor(machine.memoryBytes / 1e9))
  const fitting = set.policy.memory_sizes_gb.filter(size => size <= memoryGb)
  const memorySizesGb = fitting.length > 0 ? fitting : [memoryGb]
  const atOnce = Math.max(1, Math.floor(memoryGb / (memorySizesGb[0] ?? memoryGb)))
  const maxWorkers = maxWorkersIsSet ? set.policy.max_workers : Math.min(set.policy.max_workers, atOnce)
  return {
    maxWorkers,
    cpus: cpus > 0 ? cpus : Math.max(1, Math.floor(machine.processors / maxWorkers)),
    memoryGb,
    memorySizesGb,
  }
}
