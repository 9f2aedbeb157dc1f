import { checkTaxon } from '../../api/taxa.ts'
import type { Verb } from '../cli-context.ts'
import { eachTaxon, tellRefused } from '../each-taxon.ts'
import { printOutcomes } from '../print-outcomes.ts'

/** `microfetch check`: have the archive asked now. */
export const checkVerb: Verb = (program, context) => {
  const { screen } = context
  program
    .command('check <taxon...>')
    .summary('have the archive asked for new runs at the next pass')
    .option('--full', 'compare every run with the archive, not only those that are new')
    .option('--json', 'one JSON document')
    .action(async (given: string[], options: { full?: boolean; json?: boolean }) => {
      const full = options.full ?? false
      const client = await context.client()
      const each = await eachTaxon(client, given, taxId => client.ask(checkTaxon, { params: { taxId }, body: { full } }))
      tellRefused(context, each)
      const { done, refused } = each
      if (options.json === true) return screen.data(JSON.stringify({ taxa: done, refused }, undefined, 2))
      await printOutcomes(screen, done, () => `${full ? 'full check' : 'check'} at the next pass`)
      for (const { taxId, scientificName, held } of done) {
        if (held !== '') screen.say(screen.paint.yellow(`${taxId} ${scientificName}: ${held}; the check waits for that`))
      }
      if (done.length > 0)
        screen.say(screen.paint.dim('A running daemon does it within its period; else: microfetch heartbeat --once'))
    })
}
