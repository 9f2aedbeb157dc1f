import { showRun, type RunFate } from '../../api/run-fate.ts'
import type { RunAccession } from '../../core/accession.ts'
import { describeError, Problem } from '../../core/problem.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { fateLines } from '../print-fate.ts'
import { readAccessions } from '../read-arguments.ts'

/** `microfetch why`: what happened to a run, from the archive to the library. */
export const whyVerb: Verb = (program, context) => {
  program
    .command('why <run...>')
    .summary('tell what happened to a run')
    .description(
      'The fate of a run: what the archive says of it, each verdict with its reasons, every attempt with its machine, and where its results lie.',
    )
    .option('--json', 'one JSON document (a list when several runs are named)')
    .action((given: string[], options: { json?: boolean }) => tellWhy(context, given, options.json ?? false))
}

async function tellWhy(context: CliContext, given: readonly string[], json: boolean): Promise<void> {
  const { screen } = context
  const runs = readAccessions(given)
  const fates = await fatesOf(context, runs)
  if (fates.length < runs.length) context.ends(fates.length > 0 ? exitCodes.partial : exitCodes.error)
  if (json) return screen.data(JSON.stringify(runs.length === 1 ? fates[0] : fates, undefined, 2))
  for (const [place, fate] of fates.entries()) {
    await screen.data(`${place === 0 ? '' : '\n'}${fateLines(fate, screen.dataPaint).join('\n')}`)
  }
}

/** Of those that were seen; each of the others is named, and one alone is thrown. */
async function fatesOf(context: CliContext, runs: readonly RunAccession[]): Promise<RunFate[]> {
  const client = await context.client()
  const fates: RunFate[] = []
  for (const accession of runs) {
    try {
      fates.push(await client.ask(showRun, { params: { accession } }))
    } catch (error) {
      if (runs.length === 1 || !(error instanceof Problem) || error.code !== 'not-found') throw error
      context.screen.say(context.screen.paint.yellow(describeError(error)))
    }
  }
  return fates
}
