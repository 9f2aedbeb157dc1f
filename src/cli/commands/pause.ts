import { pauseTaxon } from '../../api/taxa.ts'
import type { Verb } from '../cli-context.ts'
import { readTaxId } from '../read-arguments.ts'

/** `microfetch pause` and `microfetch resume`: whether a taxon's runs are looked for and begun. */
export const pauseVerb: Verb = (program, context) => {
  program
    .command('pause <taxon...>')
    .summary('look for nothing and begin nothing for a taxon')
    .description('The taxon is neither checked nor batched until it is resumed. What is batched goes on.')
    .action((taxa: string[]) => setPaused(taxa, true))
  program
    .command('resume <taxon...>')
    .summary('end a pause')
    .action((taxa: string[]) => setPaused(taxa, false))

  async function setPaused(taxa: readonly string[], paused: boolean): Promise<void> {
    const client = await context.client()
    for (const given of taxa) {
      const taxId = await readTaxId(client, given)
      const told = await client.ask(pauseTaxon, { params: { taxId }, body: { paused } })
      const word = paused ? 'paused' : 'resumed'
      await context.screen.data(
        `${taxId}\t${told.changed ? word : paused ? 'was paused already' : 'was not paused'}\t${told.scientificName}`,
      )
    }
    if (paused) context.screen.say(context.screen.paint.dim('To go on: microfetch resume <taxon>'))
  }
}
