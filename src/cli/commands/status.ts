import { showStatus, type InstallationStatus } from '../../api/status.ts'
import { listTaxa, type TaxonRow } from '../../api/taxa.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { column, everyRow, printList, type ListForm } from '../print-list.ts'
import type { Column } from '../print-table.ts'
import { sayCount, sayNumber, sayWhen } from '../say-amounts.ts'
import { sayHeldCost, sayMoneyNow } from '../say-money.ts'

type CountKey = keyof TaxonRow['runs']

/** Counts that a table shows; the others stand in tab separated output and in JSON. */
const shownCounts: readonly CountKey[] = ['wanted', 'batched', 'delivered', 'failed', 'excluded', 'waiting']
/** Of these, what a narrow table leaves out, the last one first. */
const spareCounts: readonly CountKey[] = ['excluded', 'waiting']
const otherCounts: readonly CountKey[] = ['total', 'unjudged', 'skipped', 'withdrawn', 'accepted', 'dropped', 'held']

/** `microfetch status`: one line for every taxon, and the installation in a few words. */
export const statusVerb: Verb = (program, context) => {
  program
    .command('status')
    .summary('show every taxon and where its runs stand')
    .description('One line for every taxon: how it stands (in the words of last_run_status), and how many of its runs are where.')
    .option('--removed', 'removed taxa too')
    .option('--json', 'one JSON document')
    .option('--fields <names>', 'only these columns, between commas')
    .action((options: ListForm & { removed?: boolean }) => showAll(context, options))
}

async function showAll(context: CliContext, options: ListForm & { removed?: boolean }): Promise<void> {
  const { screen } = context
  const client = await context.client()
  const status = await client.ask(showStatus, {})
  const taxa = everyRow(client, listTaxa, { removed: options.removed ?? false })
  if (options.json === true && options.fields === undefined) {
    const rows: TaxonRow[] = []
    for await (const taxon of taxa) rows.push(taxon)
    await screen.data(JSON.stringify({ installation: status, taxa: rows }, undefined, 2))
    return
  }
  const count = await printList(screen, { name: 'taxa', columns: columnsOf(context), rows: taxa }, options)
  summarise(context, status, count)
}

function columnsOf({ clock }: CliContext): Column<TaxonRow>[] {
  return [
    column<TaxonRow>('taxId', { right: true }),
    column<TaxonRow>('scientificName', { least: 32 }),
    column<TaxonRow>('status', { show: row => statusWords(row), least: 20 }),
    ...shownCounts.map((key): Column<TaxonRow> => ({
      name: key,
      value: row => row.runs[key],
      show: row => sayNumber(row.runs[key]),
      right: true,
      ...(spareCounts.includes(key) ? { spare: 2 + spareCounts.indexOf(key) } : {}),
    })),
    column<TaxonRow>('lastChecked', {
      spare: 1,
      show: row => (row.lastChecked === null ? 'never' : sayWhen(row.lastChecked, clock())),
    }),
    column<TaxonRow>('priority', { right: true, hidden: true }),
    column<TaxonRow>('needsAttention', { hidden: true }),
    column<TaxonRow>('warning', { hidden: true }),
    column<TaxonRow>('stage', { hidden: true }),
    column<TaxonRow>('state', { hidden: true }),
    column<TaxonRow>('paused', { hidden: true }),
    column<TaxonRow>('rank', { hidden: true }),
    column<TaxonRow>('scope', { hidden: true }),
    column<TaxonRow>('nextCheckAt', { hidden: true }),
    column<TaxonRow>('resolvedTaxId', { hidden: true }),
    ...otherCounts.map((key): Column<TaxonRow> => ({ name: key, value: row => row.runs[key], hidden: true })),
  ]
}

function statusWords(row: TaxonRow): string {
  const word = row.status === '' ? 'new' : row.status
  const notes = [row.state === 'tracked' ? '' : row.state, row.paused ? 'paused' : '', row.needsAttention].filter(
    note => note !== '',
  )
  return notes.length === 0 ? word : `${word} (${notes.join(', ')})`
}

function summarise({ screen, clock }: CliContext, status: InstallationStatus, count: number): void {
  if (count === 0) {
    screen.say('No taxa yet. Add one: microfetch add <tax id or name>')
    return
  }
  const { paint } = screen
  const working = `${sayCount(status.workers.alive, 'worker')}, ${sayCount(status.batches.queued + status.batches.working + status.batches.finished, 'open batch', 'open batches')}`
  const pass =
    status.lastPassAt === null
      ? 'no pass yet: start the work with "microfetch up"'
      : `last pass ${sayWhen(status.lastPassAt, clock())}`
  screen.say(
    paint.dim(
      `${sayCount(status.taxa.tracked, 'taxon', 'taxa')}; ${sayCount(status.deliveries.delivered, 'run')} delivered; ${working}; ${pass}`,
    ),
  )
  const money = sayMoneyNow(status.money)
  if (money !== '') screen.say(paint.dim(`Money: ${money}`))
  const held = sayHeldCost(status.money)
  if (held !== '') screen.say(paint.yellow(held))
  if (status.adopting) screen.say(paint.yellow('The ledger was restored: nothing new begins until its machines are adopted.'))
  if (status.attention > 0) screen.say(paint.yellow(`${sayCount(status.attention, 'matter')} for a person: microfetch attention`))
}
