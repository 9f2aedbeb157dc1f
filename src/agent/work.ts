import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { Assignment } from '../api/assignment.ts'
import type { Agent } from './agent.ts'
import { Board } from './board.ts'
import { executePipeline } from './execute-pipeline.ts'
import { watchLimits } from './limits.ts'
import { nextflowConfig, type PipelineEnd } from './pipeline.ts'
import { makePipelineFolders, showToPipeline } from './pipeline-user.ts'
import { settleUnfinished } from './settle-unfinished.ts'
import { TaskBook } from './task-book.ts'
import type { Work } from './work-in-hand.ts'

/** Why the work ended, as the closing document says it. */
export type Ending = 'finished' | 'pipeline failed' | 'deadline' | 'stalled' | 'dismissed'

/** Does the work: every run of the assignment is settled afterwards, unless the attempt is gone. */
export async function doWork(agent: Agent, assignment: Assignment): Promise<Ending> {
  const runs = assignment.runs.map(run => run.runAccession)
  agent.board = new Board(runs)
  agent.beatSeconds = assignment.beatSeconds
  await prepareFolders(agent)
  agent.board.phase = 'working'
  agent.progressAtMs = agent.timing.nowMs()
  agent.beatBell.ring()

  const over = new AbortController()
  void watchLimits(agent, assignment, over.signal)
  const work: Work = { assignment, tasks: new TaskBook(runs), hindrances: new Map(), spent: new Set(), samplesheet: '' }
  try {
    const end = await executeUntilExplained(agent, work)
    agent.board.phase = 'closing'
    if (agent.halt.cause === 'gone') return 'dismissed'
    // With status 0 the pipeline has come to its end, whatever it left out.
    const isWhole = unexplainedRuns(agent, work).length === 0 || (end.kind === 'exited' && end.status === 0)
    await settleUnfinished(agent, work, end)
    return endingOf(agent, isWhole)
  } finally {
    over.abort()
  }
}

/**
 * Executes the pipeline, and again (`-resume`, without the runs that are settled or have failed) while runs are left of which nobody
 * knows why. An execution that has settled or explained no run is followed by one more at most: so a killed Nextflow gets its second
 * chance, one bad run under `errorStrategy 'terminate'` does not stop the others, and it always ends.
 */
async function executeUntilExplained(agent: Agent, work: Work): Promise<PipelineEnd> {
  let left = unexplainedRuns(agent, work)
  let end: PipelineEnd = { kind: 'exited', status: 0 }
  let fruitless = 0
  for (let execution = 1; left.length > 0 && fruitless < 2 && agent.halt.cause === undefined; execution++) {
    end = await executePipeline(agent, work, left, execution)
    const before = left.length
    left = unexplainedRuns(agent, work)
    if (end.kind === 'not started') break
    // Without a mark of its own, a run without output after a quiet end is explained: it has none.
    if (work.assignment.recipe.complete === undefined && end.kind === 'exited' && end.status === 0) break
    if (left.length === before) fruitless += 1
    if (left.length > 0) agent.log.warn('runs are left without a reason', { execution, end, runs: left.length, fruitless })
  }
  return end
}

function unexplainedRuns(agent: Agent, work: Work): string[] {
  return agent.board.open().filter(run => !work.tasks.hasFinallyFailed(run))
}

function endingOf(agent: Agent, isWhole: boolean): Ending {
  switch (agent.halt.cause) {
    case 'deadline':
    case 'stalled':
    case 'dismissed':
      return agent.halt.cause
    case 'gone':
      return 'dismissed'
    case undefined:
      return isWhole ? 'finished' : 'pipeline failed'
  }
}

async function prepareFolders(agent: Agent): Promise<void> {
  const { paths, boot } = agent.config
  await rm(paths.resultsTmp, { recursive: true, force: true })
  for (const folder of [paths.results, paths.resultsTmp]) await mkdir(folder, { recursive: true })
  await makePipelineFolders([paths.work, paths.out, paths.launch], boot.runAs)
  await writeFile(paths.nextflowConfig, nextflowConfig())
  await showToPipeline(paths.nextflowConfig, boot.runAs)
}
