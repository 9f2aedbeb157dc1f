import type { Clock } from '../../../core/clock.ts'
import type { EffectPoint } from '../../../core/effect-point.ts'
import type { Log } from '../../../core/log.ts'

/** What local machines are made of. */
export interface MachineMaker {
  /** Absolute; each machine gets a folder in it. Made when it is missing. */
  workFolder: string
  /** The agent in one file, with its SHA-256; it is copied into each machine's folder, so that an upgrade of ours does not change it. */
  agentBundle: () => Promise<{ path: string; sha256: string }>
  /** The command that runs the agent's file, e.g. `[process.execPath]`: Node 18 or newer. */
  node: readonly string[]
  /** All that an agent sees of the environment (PATH, HOME, JAVA_HOME, …), besides our markers. */
  environment: Record<string, string>
  /** How long a machine may take to write its id before its create is answered `unknown`. */
  bornSeconds: number
  clock: Clock
  effect: EffectPoint
  log: Log
}
