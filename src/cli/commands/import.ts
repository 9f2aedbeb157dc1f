import { importHoldings, mostHoldings } from '../../api/holdings.ts'
import { importTaxa, type AddedTaxon, type AskedReach, type ImportedTaxon } from '../../api/taxa.ts'
import { Problem } from '../../core/problem.ts'
import { readHoldings } from '../../core/read-holdings.ts'
import { readLedgerCsv } from '../../core/read-ledger-csv.ts'
import { readReach, type ReachFlags } from '../ask-reach.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { addedColumns, isAddable, summariseAdded } from '../print-added.ts'
import { inTurn, printList } from '../print-list.ts'
import { printRows, type Column } from '../print-table.ts'
import { readText } from '../read-names.ts'
import { sayCount } from '../say-amounts.ts'

interface Options extends ReachFlags {
  held?: string
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

/** `microfetch import`: the taxa of an existing microfetch.csv, or a list of runs that the group has got already. */
export const importVerb: Verb = (program, context) => {
  program
    .command('import [file]')
    .summary('take over a microfetch.csv, or runs that you have got already')
    .description(
      'Takes over the taxa of an existing microfetch.csv, each reaching back to its last check; --all, --from or --max-runs are for those never checked.\n' +
        'With --held FILE instead: run accessions, one a line, that are not to be fetched. They count as delivered, until their files change in the archive.',
    )
    .option('--held <file>', 'run accessions that you hold already; - is stdin')
    .option('--new-only', 'never checked: only runs that become public from today on (what holds when nothing else is asked)')
    .option('--from <date>', 'never checked: only runs that became public on this day or later')
    .option('--max-runs <count>', 'never checked: only the newest so many runs')
    .option('--all', 'never checked: every run of the past too')
    .option('-n, --dry-run', 'only say what would be taken over')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action(async (file: string | undefined, options: Options) => {
      if ((file === undefined) === (options.held === undefined))
        throw new Problem('bad-input', 'name a microfetch.csv, or --held with a list of runs')
      const named = file ?? options.held ?? ''
      const called = named === '-' ? 'stdin' : named
      const text = named === '-' ? await context.screen.readInput() : readText(context, named)
      await (file === undefined ? importHeld(context, text, options) : importCsv(context, { text, called }, options))
    })
}

function tellProblems(context: CliContext, problems: readonly { line: number; what: string }[]): void {
  const { screen } = context
  for (const { line, what } of problems) screen.say(screen.paint.yellow(`line ${line}: ${what}; passed over`))
}

async function importHeld(context: CliContext, text: string, options: Options): Promise<void> {
  const { runs, problems } = readHoldings(text)
  tellProblems(context, problems)
  if (runs.length === 0) throw new Problem('bad-input', 'the list holds no run accession')
  const sum = { added: 0, known: 0 }
  if (options.dryRun !== true) {
    if (!(await context.confirm(`Count ${sayCount(runs.length, 'run')} as held?`, options.yes ?? false)))
      throw new Problem('not-allowed', 'nothing was imported')
    const client = await context.client({ ledger: 'made' })
    for (let begin = 0; begin < runs.length; begin += mostHoldings) {
      const { added, known } = await client.ask(importHoldings, { body: { runs: runs.slice(begin, begin + mostHoldings) } })
      sum.added += added
      sum.known += known
      context.screen.progress(`${begin} of ${runs.length} runs`)
    }
  }
  if (problems.length > 0) context.ends(exitCodes.partial)
  const told = { runs: runs.length, ...sum, badLines: problems, dryRun: options.dryRun ?? false }
  if (options.json === true) await context.screen.data(JSON.stringify(told, undefined, 2))
  else await printRows(context.screen, heldColumns, outcomesOf(told))
}

const heldColumns: Column<[runs: number, outcome: string]>[] = [
  { name: 'runs', value: ([runs]) => runs, right: true },
  { name: 'outcome', value: ([, outcome]) => outcome },
]

function outcomesOf(told: { runs: number; added: number; known: number; dryRun: boolean }): [number, string][] {
  if (told.dryRun) return [[told.runs, 'would count as held']]
  return [
    [told.added, 'count as held now'],
    [told.known, 'were at home or held already'],
  ]
}

// Each asks the archive a few times: few enough for something to be seen meanwhile.
const atOnce = 5

async function importCsv(context: CliContext, file: { text: string; called: string }, options: Options): Promise<void> {
  const { rows, problems } = readLedgerCsv(file.text, file.called)
  tellProblems(context, problems)
  if (rows.length === 0) throw new Problem('bad-input', 'the file holds no taxon')
  const reach = readReach(options, context.clock())
  const taxa = rows.map(({ taxId, priority, lastCheckedOn, needsAttention, warning }): ImportedTaxon => {
    return { taxId, priority, lastCheckedOn: lastCheckedOn ?? null, needsAttention, warning }
  })
  const would = await send(context, taxa, reach, true)
  // What was passed over counts once something is done; who says no, or cannot be asked, ends with that alone.
  const ends = () => (problems.length > 0 ? context.ends(exitCodes.partial) : undefined)
  if (options.dryRun === true || !would.taxa.some(isAddable)) {
    ends()
    return tell(context, would, options, options.dryRun ?? false)
  }
  if (options.yes !== true) summariseAdded(context.screen, would, true)
  if (
    !(await context.confirm(`Take over ${sayCount(would.taxa.filter(isAddable).length, 'taxon', 'taxa')}?`, options.yes ?? false))
  ) {
    throw new Problem('not-allowed', 'nothing was imported')
  }
  ends()
  return tell(context, await send(context, taxa, reach, false), options, false)
}

interface Sent {
  taxa: AddedTaxon[]
  hoursFrom: string
}

async function send(
  context: CliContext,
  taxa: readonly ImportedTaxon[],
  reach: AskedReach | null,
  dryRun: boolean,
): Promise<Sent> {
  const client = await context.client({ ledger: dryRun ? 'maybe' : 'made' })
  const sent: Sent = { taxa: [], hoursFrom: '' }
  for (let begin = 0; begin < taxa.length; begin += atOnce) {
    context.screen.progress(`${dryRun ? 'Looking up' : 'Adding'} ${begin + 1} of ${taxa.length}…`)
    const told = await client.ask(importTaxa, { body: { taxa: taxa.slice(begin, begin + atOnce), reach, dryRun } })
    sent.taxa.push(...told.taxa)
    sent.hoursFrom = told.hoursFrom
  }
  context.screen.progressDone()
  return sent
}

async function tell(context: CliContext, sent: Sent, options: Options, dryRun: boolean): Promise<void> {
  if (options.json === true) await context.screen.data(JSON.stringify({ ...sent, dryRun }, undefined, 2))
  else await printList(context.screen, { name: 'taxa', columns: addedColumns, rows: inTurn(sent.taxa) }, {})
  summariseAdded(context.screen, sent, dryRun)
  const refused = sent.taxa.filter(taxon => !isAddable(taxon) && taxon.outcome !== 'known').length
  if (refused > 0) context.ends(refused < sent.taxa.length ? exitCodes.partial : exitCodes.error)
}
