import type { Progress, RunOutcome } from '../api/closing.ts'

/** What is known of the attempt's runs: every outcome once, in the order in which it became known. */
export class Board {
  readonly runs: readonly string[]
  phase: Progress['phase'] = 'waiting'
  /** Tasks of the pipeline that have ended, over all executions. */
  tasksEnded = 0
  /** Runs whose chain has failed, as far as the trace shows; they are settled when the pipeline has ended. */
  failing: ReadonlySet<string> = new Set()
  readonly #outcomes = new Map<string, RunOutcome>()

  constructor(runs: readonly string[]) {
    this.runs = runs
  }

  /** Writes down what became of a run; the first word stands. */
  settle(outcome: RunOutcome): boolean {
    if (this.#outcomes.has(outcome.runAccession) || !this.runs.includes(outcome.runAccession)) return false
    this.#outcomes.set(outcome.runAccession, outcome)
    return true
  }

  /** Runs of which nothing is settled yet. */
  open(): string[] {
    return this.runs.filter(run => !this.#outcomes.has(run))
  }

  outcomes(): RunOutcome[] {
    return [...this.#outcomes.values()]
  }

  isDone(run: string): boolean {
    return this.#outcomes.get(run)?.outcome === 'done'
  }

  countDone(): number {
    return this.outcomes().filter(known => known.outcome === 'done').length
  }

  /** Runs that are settled as failed, or are going to be. */
  countFailed(): number {
    return this.#outcomes.size - this.countDone() + this.open().filter(run => this.failing.has(run)).length
  }
}
