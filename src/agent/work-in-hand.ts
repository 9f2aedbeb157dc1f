import type { Assignment } from '../api/assignment.ts'
import type { Problem } from '../core/problem.ts'
import type { TaskBook } from './task-book.ts'

/** The work in hand, over all executions of its pipeline. */
export interface Work {
  assignment: Assignment
  tasks: TaskBook
  /** Runs whose outputs could not be taken, with why and when to try again. */
  hindrances: Map<string, { problem: Problem; againAtMs: number }>
  /** Runs that were proved whole by their own list: nothing in the pipeline needs their work any more. */
  spent: Set<string>
  /** The samplesheet as it was written last. */
  samplesheet: string
}
