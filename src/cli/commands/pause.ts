import { pauseTaxon } from '../../api/taxa.ts'
import type { Verb } from '../cli-context.ts'
import { eachTaxon, tellRefused } from '../each-taxon.ts'
import { printOutcomes } from '../print-outcomes.ts'

/** `microfetch pause` and `microfetch resume`: whether a taxon's runs are looked for and begun. */
export const pauseVerb: Verb = (program, context) => {
  const { screen } = context
  program
    .command('pause <taxon...>')
    .summary('look for nothing and begin nothing for a taxon')
    .description('The taxon is neither checked nor batched until it is resumed. What is batched goes on.')
    .option('--json', 'one JSON document')
    .action((taxa: string[], options: { json?: boolean }) => setPaused(taxa, true, options.json ?? false))
  program
    .command('resume <taxon...>')
    .summary('end a pause')
    .option('--json', 'one JSON document')
    .action((taxa: string[], options: { json?: boolean }) => setPaused(taxa, false, options.json ?? false))

  async function setPaused(given: readonly string[], paused: boolean, json: boolean): Promise<void> {
    const client = await context.client()
    const each = await eachTaxon(client, given, taxId => client.ask(pauseTaxon, { params: { taxId }, body: { paused } }))
    tellRefused(context, each)
    const { done, refused } = each
    if (json) return screen.data(JSON.stringify({ taxa: done, refused }, undefined, 2))
    await printOutcomes(screen, done, ({ changed }) => wordFor(paused, changed))
    if (paused && done.length > 0) screen.say(screen.paint.dim('To go on: microfetch resume <taxon>'))
  }
}

function wordFor(paused: boolean, changed: boolean): string {
  if (!changed) return paused ? 'was paused already' : 'was not paused'
  return paused ? 'paused' : 'resumed'
}
