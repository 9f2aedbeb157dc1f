import { showRun } from '../../api/run-fate.ts'
import type { Verb } from '../cli-context.ts'
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
    .action(async (given: string[], options: { json?: boolean }) => {
      const runs = readAccessions(given)
      const client = await context.client()
      const fates = []
      for (const accession of runs) fates.push(await client.ask(showRun, { params: { accession } }))
      if (options.json === true) {
        await context.screen.data(JSON.stringify(fates.length === 1 ? fates[0] : fates, undefined, 2))
        return
      }
      for (const [place, fate] of fates.entries()) {
        await context.screen.data(`${place === 0 ? '' : '\n'}${fateLines(fate, context.screen.paint).join('\n')}`)
      }
    })
}
