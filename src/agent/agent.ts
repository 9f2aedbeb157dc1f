import type { RunOutcome } from '../api/closing.ts'
import type { AgentLog } from './agent-log.ts'
import type { Board } from './board.ts'
import type { AgentConfig } from './config.ts'
import type { Facts } from './facts.ts'
import type { Halt } from './halt.ts'
import type { Daemon } from './say.ts'
import type { Bell, Timing } from './timing.ts'

/** The agent's belongings, handed from hand to hand. */
export interface Agent {
  config: AgentConfig
  machineId: string
  timing: Timing
  log: AgentLog
  halt: Halt
  /** Undefined when no daemon listens. */
  daemon: Daemon | undefined
  /** What is to be told to the daemon, in order. */
  facts: Facts
  board: Board
  /** Rung when a beat should not wait. */
  beatBell: Bell
  beatSeconds: number
  /** When the progress changed last, by `timing`. */
  progressAtMs: number
}

/** Settles a run: on the board, for the daemon, and in the log. */
export function settleRun(agent: Agent, outcome: RunOutcome): void {
  if (!agent.board.settle(outcome)) return
  agent.facts.tellOutcome(outcome)
  agent.log.say('run settled', { ...outcome })
}
