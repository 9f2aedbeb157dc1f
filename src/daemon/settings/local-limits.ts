/** What this machine may give to local workers. */
export interface LocalLimits {
  /** Processors of one worker. */
  cpus: number
  /** Memory of all workers together, in GB (1,000,000,000 bytes). */
  memoryGb: number
}

/** What this machine has. */
export interface ThisMachine {
  processors: number
  memoryBytes: number
}

/** The limits as set; 0 stands for what the machine has, its processors shared among the workers. */
export function localLimits(set: { cpus: number; memory_gb: number }, maxWorkers: number, machine: ThisMachine): LocalLimits {
  return {
    cpus: set.cpus > 0 ? set.cpus : Math.max(1, Math.floor(machine.processors / maxWorkers)),
    memoryGb: set.memory_gb > 0 ? set.memory_gb : Math.max(1, Math.floor(machine.memoryBytes / 1e9)),
  }
}
