import type { Client, ReplyTo } from '../../api/client.ts'
import { retryRuns } from '../../api/runs.ts'
import { readRunAccession } from '../../core/accession.ts'
import { Problem } from '../../core/problem.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { printRows, type Column } from '../print-table.ts'
import { readAccessions, readTaxId } from '../read-arguments.ts'
import { sayBytes, sayCount, saySeconds } from '../say-amounts.ts'
import { sayPrice } from '../say-money.ts'

interface Options {
  failed?: boolean
  delivered?: boolean
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

type Wish = { runs: string[]; taxId: number | null; which: 'failed' | 'delivered' }

/** `microfetch retry`: what failed, or what was delivered by an earlier recipe, is owed again. */
export const retryVerb: Verb = (program, context) => {
  program
    .command('retry <run-or-taxon...>')
    .summary('try failed or skipped runs again, or make delivered ones anew')
    .description(
      'Runs by accession, or one taxon: what failed (or was skipped by a person) is owed again. With --delivered, what lies in the library is made again by the recipe of now; the earlier delivery stays.',
    )
    .option('--failed', 'what failed or was skipped (the default)')
    .option('--delivered', 'what was delivered; of a taxon, only what another recipe made')
    .option('-n, --dry-run', 'only say what would be owed')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action(async (given: string[], options: Options) => {
      if (options.failed === true && options.delivered === true)
        throw new Problem('bad-input', '--failed and --delivered: choose one of them')
      const client = await context.client()
      const wish = await readWish(client, given, options.delivered === true ? 'delivered' : 'failed')
      const would = await client.ask(retryRuns, { body: { ...wish, dryRun: true } })
      if (options.dryRun === true || would.retried === 0) return tell(context, would, options.json ?? false, true)
      const amount = `${sayCount(would.retried, 'run')}, ${sayBytes(would.bytes)} to fetch, about ${saySeconds(would.hours * 3600)}${sayPrice(would.microdollars, would.priceUnknown)} (${would.hoursFrom})`
      if (!(await context.confirm(`Owe again: ${amount}?`, options.yes ?? false)))
        throw new Problem('not-allowed', 'nothing was retried')
      return tell(context, await client.ask(retryRuns, { body: { ...wish, dryRun: false } }), options.json ?? false, false)
    })
}

async function readWish(client: Client, given: readonly string[], which: Wish['which']): Promise<Wish> {
  const runs = given.filter(text => readRunAccession(text) !== undefined)
  if (runs.length > 0) return { runs: readAccessions(given), taxId: null, which }
  const [taxon, ...more] = given
  if (taxon === undefined || more.length > 0) throw new Problem('bad-input', 'name runs, or one taxon')
  return { runs: [], taxId: await readTaxId(client, taxon), which }
}

async function tell(context: CliContext, told: ReplyTo<typeof retryRuns>, json: boolean, dryRun: boolean): Promise<void> {
  const { screen } = context
  if (json) await screen.data(JSON.stringify({ ...told, dryRun }, undefined, 2))
  else await printRows(screen, columnsOf(dryRun), told.runs)
  for (const { runAccession, why } of told.refused) screen.say(screen.paint.yellow(`${runAccession}: ${why}`))
  if (told.refused.length > 0) context.ends(told.retried > 0 ? exitCodes.partial : exitCodes.error)
  sumUp(context, told, dryRun)
}

function columnsOf(dryRun: boolean): Column<string>[] {
  return [
    { name: 'run_accession', value: run => run },
    { name: 'outcome', value: () => (dryRun ? 'would be owed again' : 'owed again') },
  ]
}

function sumUp({ screen }: CliContext, told: ReplyTo<typeof retryRuns>, dryRun: boolean): void {
  if (told.retried === 0 && told.refused.length === 0) screen.say('There is nothing to retry.')
  if (told.retried > told.runs.length) screen.say(`… ${sayCount(told.retried, 'run')} in all`)
  if (told.retried > 0 && !dryRun) screen.say(screen.paint.dim('What comes next: microfetch plan'))
}
