import type { TaskRow } from './trace.ts'

/** A failed task that no later one has made good. */
export interface FailedTask {
  row: TaskRow
  execution: number
}

/**
 * What the traces say about failed tasks, over all executions of the pipeline. Only the last attempt of a task counts:
 * a later success, or a later execution, takes its failure back.
 */
export class TaskBook {
  readonly #runs: ReadonlySet<string>
  readonly #failed = new Map<string, FailedTask>()
  readonly #workdirs = new Map<string, string[]>()
  #isClosed = false

  constructor(runs: readonly string[]) {
    this.#runs = new Set(runs)
  }

  /** From now on rows mean nothing: we are ending the pipeline ourselves, and what dies of that has not failed. */
  close(): void {
    this.#isClosed = true
  }

  note(row: TaskRow, execution: number): void {
    if (this.#isClosed) return
    if (row.status === 'FAILED') this.#noteFailure(row, execution)
    if (row.status === 'COMPLETED' || row.status === 'CACHED') this.#noteSuccess(row, execution)
  }

  #noteFailure(row: TaskRow, execution: number): void {
    const key = keyOf(row)
    // Deleted first, so that the latest failure stands last.
    this.#failed.delete(key)
    this.#failed.set(key, { row, execution })
  }

  #noteSuccess(row: TaskRow, execution: number): void {
    const run = this.#runOf(row)
    if (run !== undefined && row.workdir !== '') this.#workdirs.set(run, [...(this.#workdirs.get(run) ?? []), row.workdir])
    const failed = this.#failed.get(keyOf(row))
    // Two tasks may bear one tag: the success of one must not hide the failure of the other.
    if (failed !== undefined && (execution > failed.execution || row.attempt > failed.row.attempt))
      this.#failed.delete(keyOf(row))
  }

  /** Work folders of a run's ended tasks, each given once: with their row Nextflow has done with them. */
  takeWorkdirs(run: string): string[] {
    const workdirs = this.#workdirs.get(run) ?? []
    this.#workdirs.delete(run)
    return workdirs
  }

  /** The latest failure in the chain of a run. */
  failureOf(run: string): FailedTask | undefined {
    return this.#latest(row => this.#runOf(row) === run)
  }

  /** The latest failure that belongs to no run, such as that of a report over the whole batch. */
  failureOfBatch(): FailedTask | undefined {
    return this.#latest(row => this.#runOf(row) === undefined)
  }

  /** Whether the run's chain cannot go on by itself: its last failure is not being tried again. */
  hasFinallyFailed(run: string): boolean {
    const failed = this.failureOf(run)
    return failed !== undefined && failed.row.errorAction !== 'RETRY'
  }

  #latest(fits: (row: TaskRow) => boolean): FailedTask | undefined {
    return [...this.#failed.values()].filter(failed => fits(failed.row)).pop()
  }

  #runOf(row: TaskRow): string | undefined {
    // Whole words only: ERR1234567 is not ERR123456. Tags such as `ERR123456_T1 (2)` occur.
    const words = `${row.tag} ${row.name}`.split(/[^A-Za-z0-9]+/)
    return words.find(word => this.#runs.has(word))
  }
}

function keyOf(row: TaskRow): string {
  return `${row.process}\t${row.tag === '' ? row.name : row.tag}`
}
