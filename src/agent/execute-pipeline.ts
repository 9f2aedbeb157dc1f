import { writeFile } from 'node:fs/promises'
import type { Agent } from './agent.ts'
import { killPipeline } from './kill-pipeline.ts'
import { showToPipeline } from './pipeline-user.ts'
import { environmentOf, nextflowArguments, type PipelineEnd, startPipeline } from './pipeline.ts'
import { formatSamplesheet } from './samplesheet.ts'
import { removeSpentWork, takeWholeRuns } from './take-whole-runs.ts'
import { TraceReader } from './trace.ts'
import type { Work } from './work-in-hand.ts'

// How long we wait for the last words of something that has been killed.
const patienceMs = 1000

/** One execution of the pipeline over these runs: ends when Nextflow has ended or been ended, and nothing of it is left. */
export async function executePipeline(
  agent: Agent,
  work: Work,
  runs: readonly string[],
  execution: number,
): Promise<PipelineEnd> {
  const { config, halt, timing, log } = agent
  const { boot, paths } = config
  await renewSamplesheet(agent, work, runs)
  const command = [...work.assignment.nextflow, ...nextflowArguments(work.assignment, paths, execution)]
  log.say('starting the pipeline', { execution, runs: runs.length, command })
  const pipeline = startPipeline(
    command,
    paths,
    environmentOf(work.assignment, config.environment, config.machineName),
    boot.runAs,
  )
  const trace = new TraceReader(paths.trace(execution), boot.runAs)
  const ended = new AbortController()
  void pipeline.end.then(() => ended.abort())

  // Ended from a listener, so that a run that is just being copied does not hold it up.
  const endIt = (): void => {
    work.tasks.close()
    void killPipeline(boot, timing, log).then(() => ended.abort())
  }
  if (halt.work.aborted) endIt()
  else halt.work.addEventListener('abort', endIt, { once: true })

  while (!ended.signal.aborted) {
    await lookAtTrace(agent, work, trace, execution)
    if (!halt.work.aborted) await takeWholeRuns(agent, work, { kind: 'pipeline runs' })
    await removeSpentWork(agent, work)
    await timing.sleep(boot.pollSeconds * 1000, ended.signal)
  }
  halt.work.removeEventListener('abort', endIt)
  // Also after an ending that looks quiet: a killed Nextflow leaves its tasks alive.
  await killPipeline(boot, timing, log)
  await Promise.race([pipeline.drained, timing.sleep(patienceMs)])
  const end = await endOf(pipeline.end, timing.sleep(patienceMs))
  log.say('pipeline ended', { execution, end, halted: halt.cause })
  await lookAtTrace(agent, work, trace, execution)
  const endedByItself = end.kind === 'exited' && !halt.work.aborted
  // What was spared for a while gets its last chance now.
  work.hindrances.clear()
  await takeWholeRuns(agent, work, endedByItself ? { kind: 'pipeline ended', status: end.status } : { kind: 'pipeline runs' })
  await removeSpentWork(agent, work)
  return end
}

// A program that is stuck in the kernel never ends; we do not wait for it.
async function endOf(end: Promise<PipelineEnd>, patience: Promise<void>): Promise<PipelineEnd> {
  return Promise.race([end, patience.then((): PipelineEnd => ({ kind: 'killed', signal: 'SIGKILL' }))])
}

async function renewSamplesheet(agent: Agent, work: Work, runs: readonly string[]): Promise<void> {
  const chosen = work.assignment.runs.filter(run => runs.includes(run.runAccession))
  const text = formatSamplesheet(work.assignment.recipe.samplesheet, chosen)
  // Left alone when nothing changes: a new date would make Nextflow forget what it has done with it.
  if (text === work.samplesheet) return
  const { paths, boot } = agent.config
  await writeFile(paths.samplesheet, text)
  await showToPipeline(paths.samplesheet, boot.runAs)
  work.samplesheet = text
}

async function lookAtTrace(agent: Agent, work: Work, trace: TraceReader, execution: number): Promise<void> {
  for (const row of await trace.readNew()) {
    agent.board.tasksEnded += 1
    work.tasks.note(row, execution)
  }
  agent.board.failing = new Set(agent.board.open().filter(run => work.tasks.hasFinallyFailed(run)))
}
