import type { Assignment } from '../api/assignment.ts'
import type { RunOutcome } from '../api/closing.ts'
import { type Agent, settleRun } from './agent.ts'
import type { HaltCause } from './halt.ts'
import { failed, outcomeOfFailedTask, readSaidReason } from './outcome-of-run.ts'
import type { PipelineEnd } from './pipeline.ts'
import { readStderr, readTail } from './read-stderr.ts'
import { whyNotTaken } from './take-whole-runs.ts'
import type { Work } from './work-in-hand.ts'

/** Settles every run that is not done, when the pipeline will not be executed again: by its failed task, else by how the work ended. */
export async function settleUnfinished(agent: Agent, work: Work, end: PipelineEnd): Promise<void> {
  for (const run of agent.board.open()) settleRun(agent, await outcomeOf(agent, work, end, run))
}

async function outcomeOf(agent: Agent, work: Work, end: PipelineEnd, run: string): Promise<RunOutcome> {
  const { assignment, tasks, hindrances } = work
  if (hindrances.get(run)?.problem.code === 'no-space') return failed(run, 'DL_DISK', 'no space for its results', 'retry')
  const { cause } = agent.halt
  const failure = tasks.failureOf(run)
  // A task that failed once and was being tried again when the work was ended is not what ended it.
  if (failure !== undefined && (cause === undefined || tasks.hasFinallyFailed(run))) {
    const said = readSaidReason(await readStderr(agent.config.paths.work, failure.row.workdir, agent.config.boot.runAs))
    return outcomeOfFailedTask(run, failure.row, assignment.recipe.exitCodes, said)
  }
  if (cause !== undefined) return outcomeOfHalt(run, cause, assignment)
  const why = await whyNotTaken(agent, work, run)
  if (end.kind === 'exited' && end.status === 0) {
    return failed(run, 'PIPE_NO_OUTPUT', why ?? `no output like ${assignment.recipe.outputs.join(' ')}`, 'retry')
  }
  return failed(run, 'PIPE_FAIL', await describeEnd(agent, work, end), 'retry')
}

function outcomeOfHalt(run: string, cause: HaltCause, assignment: Assignment): RunOutcome {
  switch (cause) {
    case 'deadline':
      return failed(run, 'WORK_DEADLINE', `deadline_seconds=${assignment.deadlineSeconds}`, 'retry')
    case 'stalled':
      return failed(run, 'PIPE_STALL', `seconds_without_progress=${assignment.stallSeconds}`, 'retry')
    case 'dismissed':
    case 'gone':
      return failed(run, 'WORK_LOST', 'the work was ended from outside', 'retry')
  }
}

async function describeEnd(agent: Agent, work: Work, end: PipelineEnd): Promise<string> {
  const how = end.kind === 'exited' ? `exit=${end.status}` : end.kind === 'killed' ? `signal=${end.signal}` : end.why
  const batchFailure = work.tasks.failureOfBatch()?.row
  const task = batchFailure === undefined ? '' : ` process=${batchFailure.process} exit=${batchFailure.exit ?? '-'}`
  const log = await readTail(agent.config.paths.folder, agent.config.paths.pipelineLog)
  // Nextflow prints its own error before a long list of hints.
  const from = log.lastIndexOf('ERROR ~')
  const said = from < 0 ? log.slice(-500) : log.slice(from, from + 500)
  return `nextflow ${how}${task}: ${said}`
}
