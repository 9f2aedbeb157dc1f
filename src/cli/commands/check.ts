import { checkTaxon } from '../../api/taxa.ts'
import type { Verb } from '../cli-context.ts'
import { readTaxId } from '../read-arguments.ts'

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
      const taxIds = []
      for (const text of given) taxIds.push(await readTaxId(client, text))
      const taxa = []
      for (const taxId of taxIds) taxa.push(await client.ask(checkTaxon, { params: { taxId }, body: { full } }))
      if (options.json === true) return screen.data(JSON.stringify({ taxa }, undefined, 2))
      for (const { taxId, scientificName, held } of taxa) {
        await screen.data(`${taxId}\t${full ? 'full check' : 'check'} at the next pass\t${scientificName}`)
        if (held !== '') screen.say(screen.paint.yellow(`${taxId} ${scientificName}: ${held}; the check waits for that`))
      }
      screen.say(screen.paint.dim('A running daemon does it within its period; else: microfetch heartbeat --once'))
    })
}
