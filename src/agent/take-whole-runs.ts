import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Problem } from '../core/problem.ts'
import { type Agent, settleRun } from './agent.ts'
import { type Completeness, readCompleteness } from './complete-file.ts'
import { failed } from './outcome-of-run.ts'
import { findOutputs } from './output-files.ts'
import { removeLeft } from './pipeline-user.ts'
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
  const { paths, boot } = agent.config
  const completeness =
    recipe.complete === undefined ? 'unmarked' : await readCompleteness(paths.out, recipe.complete, run, boot.runAs)
  if (!mayBelieve(completeness, moment)) return undefined
  const files = await findOutputs(paths.out, recipe.outputs.length > 0 ? recipe.outputs : ['{run}/**'], run)
  // Where nothing says that a run is whole, no output and a failed task say that it is not.
  if (completeness === 'unmarked' && (files.length === 0 || work.tasks.hasFinallyFailed(run))) return undefined
  const taken = await takeRun(paths, { run, files, expected: expectedHashes(completeness) }, agent.halt.gone, boot.runAs)
  // Its own folder is spent: it lies in the results now, and later executions leave this run out. Left-overs do not matter.
  await removeLeft(join(paths.out, run), boot.runAs)
  if (completeness !== 'unmarked' && completeness.kind === 'whole') work.spent.add(run)
  return taken
}

/**
 * Frees the disk of the tasks of runs that were proved whole by their own list: whoever writes such a list says that the run is done
 * with. Tasks that belong to no run, or to others, keep their folders; a later execution leaves these runs out.
 */
export async function removeSpentWork(agent: Agent, work: Work): Promise<void> {
  const inside = (await realpath(agent.config.paths.work)) + sep
  for (const run of work.spent) {
    for (const workdir of work.tasks.takeWorkdirs(run)) {
      const real = await realpath(workdir).catch(() => '')
      if (real.startsWith(inside)) await removeLeft(real, agent.config.boot.runAs)
    }
  }
}

function mayBelieve(completeness: Completeness | 'unmarked', moment: Moment): boolean {
  // Half a run looks like a whole one then, unless the pipeline says that nothing went wrong at all.
  if (completeness === 'unmarked') return moment.kind === 'pipeline ended' && moment.status === 0
  switch (completeness.kind) {
    case 'whole':
      return true
    case 'marked':
      return moment.kind === 'pipeline ended'
    case 'not yet':
      return false
  }
}

function expectedHashes(completeness: Completeness | 'unmarked'): Map<string, string> {
  const expected = new Map<string, string>()
  if (completeness === 'unmarked' || completeness.kind !== 'whole') return expected
  for (const file of completeness.listed) {
    if (file.sha256 !== undefined) expected.set(join(completeness.folder, file.path), file.sha256)
  }
  return expected
}

/** What hindered a run that is whole, or would be: why its outputs cannot be handed over. */
export async function whyNotTaken(agent: Agent, { assignment, hindrances }: Work, run: string): Promise<string | undefined> {
  const hindrance = hindrances.get(run)
  if (hindrance !== undefined) return hindrance.problem.message
  if (assignment.recipe.complete === undefined) return undefined
  const completeness = await readCompleteness(agent.config.paths.out, assignment.recipe.complete, run, agent.config.boot.runAs)
  return completeness.kind === 'not yet' ? completeness.why : undefined
}
