import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { type RunOutcome, standingSchema } from '../api/closing.ts'
import { manifestName } from '../transfer/manifest.ts'
import { type Agent, settleRun } from './agent.ts'
import { Board } from './board.ts'
import { close } from './closing.ts'
import { readGivenAssignment } from './config.ts'
import { killPipeline } from './kill-pipeline.ts'
import { failed } from './outcome-of-run.ts'

/**
 * Ends what an agent left that died at work (killed for memory, or its machine was started anew): nothing of its pipeline lives on, what
 * it handed over counts, the rest is to be tried again. Its work is not begun again here. Before the first beat: that one writes the
 * standing anew.
 */
export async function closeForPredecessor(agent: Agent): Promise<void> {
  const { boot, paths } = agent.config
  await killPipeline(boot, agent.timing, agent.log)
  const said = await saidOutcomes(paths.standing)
  const whole = await wholeRuns(paths.results)
  const given = (await readGivenAssignment(agent.config))?.runs.map(run => run.runAccession) ?? []
  const known = [...said, ...whole].map(outcome => outcome.runAccession)
  agent.board = new Board([...new Set([...given, ...known])])
  agent.board.phase = 'closing'
  // Its own word first: what it handed over may have been fetched and removed since.
  for (const outcome of [...said, ...whole]) settleRun(agent, outcome)
  for (const run of agent.board.open())
    settleRun(agent, failed(run, 'WORK_LOST', 'the agent died while it worked on it', 'retry'))
  await close(agent, 'agent died')
}

async function saidOutcomes(standing: string): Promise<RunOutcome[]> {
  try {
    return v.parse(standingSchema, JSON.parse(await readFile(standing, 'utf8'))).outcomes
  } catch {
    return []
  }
}

/** Runs whose folders are there: they appear whole or not at all. */
async function wholeRuns(results: string): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = []
  for (const runAccession of await readdir(results).catch(() => [])) {
    const text = await readFile(join(results, runAccession, manifestName)).catch(() => undefined)
    if (text === undefined) continue
    outcomes.push({ runAccession, outcome: 'done', manifestSha256: createHash('sha256').update(text).digest('hex') })
  }
  return outcomes
}
