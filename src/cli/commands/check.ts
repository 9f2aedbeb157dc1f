import { checkTaxon } from '../../api/taxa.ts'
import type { Verb } from '../cli-context.ts'
import { readTaxId } from '../read-arguments.ts'

/** `microfetch check`: have the archive asked now. */
export const checkVerb: Verb = (program, context) => {
  program
    .command('check <taxon...>')
    .summary('have the archive asked for new runs at the next pass')
    .option('--full', 'compare every run with the archive, not only those that are new')
    .action(async (taxa: string[], options: { full?: boolean }) => {
      const client = await context.client()
      for (const given of taxa) {
        const taxId = await readTaxId(client, given)
        const told = await client.ask(checkTaxon, { params: { taxId }, body: { full: options.full ?? false } })
        await context.screen.data(
          `${taxId}\t${options.full === true ? 'full check' : 'check'} at the next pass\t${told.scientificName}`,
        )
        if (told.held !== '')
          context.screen.say(
            context.screen.paint.yellow(`${taxId} ${told.scientificName}: ${told.held}; the check waits for that`),
          )
      }
      context.screen.say(
        context.screen.paint.dim('A running daemon does it within its period; else: microfetch heartbeat --once'),
      )
    })
}
