import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { type Agent, settleRun } from './agent.ts'
import { type Completeness, readCompleteness } from './complete-file.ts'
import { failed } from './outcome-of-run.ts'
import { findOutputs } from './output-files.ts'
import { takeRun } from './take-run.ts'
import type { Work } from './work-in-hand.ts'

/**
 * How much may be believed of the outputs. `pipeline runs`: only what a list proves · `pipeline ended`: by itself, so also marks, and
 * with status 0 the outputs of recipes that have neither.
 */
export type Moment = { kind: 'pipeline runs' } | { kind: 'pipeline ended'; status: number }

// Copying gigabytes again and again onto a full disk helps nobody.
const pauseMs = 30_000

/** Takes every unsettled run that is whole into the results, and settles it as done. */
export async function takeWholeRuns(agent: Agent, work: Work, moment: Moment): Promise<void> {
  const { hindrances } = work
  for (const run of agent.board.open()) {
    if (agent.halt.gone.aborted) return
    const hindrance = hindrances.get(run)
    if (hindrance !== undefined && agent.timing.nowMs() < hindrance.againAtMs) continue
    try {
      const taken = await takeIfWhole(agent, work, moment, run)
      if (taken !== undefined) settleRun(agent, { runAccession: run, outcome: 'done', manifestSha256: taken })
      hindrances.delete(run)
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('not-found', 'its outputs cannot be read', { cause: error })
      agent.log.warn('run not taken', { run, problem })
      hindrances.set(run, { problem, againAtMs: agent.timing.nowMs() + pauseMs })
      // Its names or kinds of files will not change by waiting.
      if (problem.code === 'broken-answer') settleRun(agent, failed(run, 'PIPE_FAIL', problem.message, 'none'))
    }
  }
}

async function takeIfWhole(agent: Agent, work: Work, moment: Moment, run: string): Promise<string | undefined> {
  const { recipe } = work.assignment
  const { paths } = agent.config
  const completeness = recipe.complete === undefined ? undefined : await readCompleteness(paths.out, recipe.complete, run)
  if (!mayBelieve(completeness, moment)) return undefined
  if (completeness === undefined && work.tasks.hasFinallyFailed(run)) return undefined
  const listed = completeness?.kind === 'whole' ? completeness : undefined
  const found = await findOutputs(paths.out, recipe.outputs.length > 0 ? recipe.outputs : ['{run}/**'], run)
  if (completeness === undefined && found.length === 0) return undefined
  const taken = await takeRun(paths, { run, files: found, expected: expectedHashes(listed) }, agent.halt.gone)
  // Its own folder is spent: it lies in the results now, and later executions leave this run out.
  await rm(join(paths.out, run), { recursive: true, force: true })
  return taken
}

function mayBelieve(completeness: Completeness | undefined, moment: Moment): boolean {
  switch (completeness?.kind) {
    case 'whole':
      return true
    case 'marked':
      return moment.kind === 'pipeline ended'
    case 'not yet':
      return false
    case undefined:
      // Without any mark half a run looks like a whole one, unless the pipeline says that nothing went wrong at all.
      return moment.kind === 'pipeline ended' && moment.status === 0
  }
}

function expectedHashes(
  whole: { folder: string; listed: { path: string; sha256: string | undefined }[] } | undefined,
): Map<string, string> {
  const expected = new Map<string, string>()
  for (const file of whole?.listed ?? []) {
    if (file.sha256 !== undefined) expected.set(join(whole?.folder ?? '', file.path), file.sha256)
  }
  return expected
}

/** What hindered a run that is whole, or would be: why its outputs cannot be handed over. */
export async function whyNotTaken(agent: Agent, { assignment, hindrances }: Work, run: string): Promise<string | undefined> {
  const hindrance = hindrances.get(run)
  if (hindrance !== undefined) return hindrance.problem.message
  if (assignment.recipe.complete === undefined) return undefined
  const completeness = await readCompleteness(agent.config.paths.out, assignment.recipe.complete, run)
  return completeness.kind === 'not yet' ? completeness.why : undefined
}
