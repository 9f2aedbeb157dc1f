import { addTaxa, mostAdded, type AddedTaxon, type AskedReach } from '../../api/taxa.ts'
import type { Client } from '../../api/client.ts'
import { Problem } from '../../core/problem.ts'
import { askReach, describeReach, readReach, type ReachFlags } from '../ask-reach.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { addedColumns, summariseAdded } from '../print-added.ts'
import { printList } from '../print-list.ts'
import { printRows } from '../print-table.ts'
import { readNames } from '../read-names.ts'
import { readWhole } from '../read-arguments.ts'

interface Options extends ReachFlags {
  file?: string[]
  alone?: boolean
  priority?: string
  recipe?: string
  force?: boolean
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

/** `microfetch add`: taxa to track, by id or name; shows what that means before anything happens. */
export const addVerb: Verb = (program, context) => {
  program
    .command('add [taxa...]')
    .summary('track taxa, by tax id or name')
    .description(
      'Taxa by id or name, from arguments, files or stdin (-), one a line; blank lines and lines that begin with # are passed over. ' +
        'Shows how many runs the archive has of them and how long they would take, asks, and says what became of each.\n' +
        'Without --all, --from or --max-runs only runs that become public from today on are taken (--new-only).',
    )
    .option('-f, --file <file...>', 'read ids or names from files')
    .option('--new-only', 'only runs that become public from today on (what holds when nothing else is asked)')
    .option('--from <date>', 'only runs that became public on this day (YYYY-MM-DD) or later')
    .option('--max-runs <count>', 'of the past, only the newest so many runs')
    .option('--all', 'every run of the past too')
    .option('--alone', 'only the taxon itself, without what is below it')
    .option('--priority <number>', 'a higher number goes first')
    .option('--recipe <name>', 'what makes results of its reads')
    .option('--force', 'human (9606) is taken too')
    .option('-n, --dry-run', 'only show what would be added')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action((given: string[], options: Options) => add(context, given, options))
}

async function add(context: CliContext, given: readonly string[], options: Options): Promise<void> {
  const { screen } = context
  const names = await readNames(context, given, options.file ?? [])
  if (names.length === 0) throw new Problem('bad-input', 'no taxa: name some by id or name, with --file, or - for stdin')
  let reach = readReach(options, context.clock())
  const client = await context.client({ makesLedger: true })
  const request = { scope: options.alone === true ? ('alone' as const) : ('subtree' as const), settings: readSettings(options), force: options.force ?? false }
  const preview = (wanted: AskedReach | null) => send(context, client, names, { ...request, reach: wanted, dryRun: true })
  let would = await preview(reach)
  const isAsked = options.yes !== true && options.dryRun !== true && screen.canAsk
  if (isAsked && reach === null && would.taxa.some(isAddable)) {
    await showOnMessages(context, would.taxa)
    reach = await askReach(context)
    would = await preview(reach)
  }
  if (options.dryRun === true || !would.taxa.some(isAddable)) {
    await tell(context, would, options, true)
    if (reach === null) sayOnlyNew(context, would.taxa)
    return
  }
  if (isAsked) await showOnMessages(context, would.taxa)
  summariseAdded(screen, would, true)
  if (reach === null) sayOnlyNew(context, would.taxa)
  if (!(await context.confirm(`Add ${would.taxa.filter(isAddable).length} of ${would.taxa.length} (${describeReach(reach)})?`, options.yes ?? false))) {
    throw new Problem('not-allowed', 'nothing was added')
  }
  return tell(context, await send(context, client, names, { ...request, reach, dryRun: false }), options, false)
}

function sayOnlyNew({ screen }: CliContext, taxa: readonly AddedTaxon[]): void {
  if (!taxa.some(taxon => taxon.outcome === 'new' || taxon.outcome === 'merged')) return
  screen.say(screen.paint.yellow('The past is left out: only runs that become public from today on are taken. --all, --from DATE or --max-runs N ask for it.'))
}

function isAddable(taxon: AddedTaxon): boolean {
  return taxon.outcome === 'new' || taxon.outcome === 'revived' || taxon.outcome === 'merged'
}

function readSettings({ priority, recipe }: Options): Record<string, string> {
  return {
    ...(priority === undefined ? {} : { priority: String(readWhole('--priority', priority, -1_000_000)) }),
    ...(recipe === undefined ? {} : { recipe }),
  }
}

interface Sent {
  taxa: AddedTaxon[]
  hoursFrom: string
}

type Request = Omit<Parameters<typeof askOnce>[1], 'asked'>

function askOnce(client: Client, body: Parameters<typeof client.ask<typeof addTaxa>>[1]['body']): Promise<Sent> {
  return client.ask(addTaxa, { body })
}

// Few enough for one request to answer within seconds, so that there is something to see meanwhile.
const atOnce = Math.min(mostAdded, 5)

async function send(context: CliContext, client: Client, names: readonly string[], request: Request): Promise<Sent> {
  const sent: Sent = { taxa: [], hoursFrom: '' }
  for (let begin = 0; begin < names.length; begin += atOnce) {
    context.screen.progress(`${request.dryRun ? 'Looking up' : 'Adding'} ${begin + 1} of ${names.length}…`)
    const { taxa, hoursFrom } = await askOnce(client, { ...request, asked: names.slice(begin, begin + atOnce) })
    sent.taxa.push(...taxa.map(taxon => (isNamedBefore(taxon, sent.taxa) ? { ...taxon, outcome: 'twice' as const } : taxon)))
    sent.hoursFrom = hoursFrom
  }
  context.screen.progressDone()
  return sent
}

/** One request sees doubles in itself alone; over several of them they are seen here. */
function isNamedBefore(taxon: AddedTaxon, before: readonly AddedTaxon[]): boolean {
  return taxon.resolvedTaxId !== null && taxon.outcome !== 'twice' && before.some(other => other.resolvedTaxId === taxon.resolvedTaxId)
}

/** What is shown for a decision belongs to people: stdout stays for what came of it. */
async function showOnMessages({ screen }: CliContext, taxa: readonly AddedTaxon[]): Promise<void> {
  const onMessages = { ...screen, isTable: true, data: async (text: string) => screen.say(text) }
  await printRows(onMessages, addedColumns, taxa)
}

async function tell(context: CliContext, sent: Sent, options: Options, dryRun: boolean): Promise<void> {
  const { screen } = context
  if (options.json === true) await screen.data(JSON.stringify({ ...sent, dryRun }, undefined, 2))
  else await printList(screen, { name: 'taxa', columns: addedColumns, rows: inTurn(sent.taxa) }, {})
  summariseAdded(screen, sent, dryRun)
  const refused = sent.taxa.filter(taxon => !isAddable(taxon) && taxon.outcome !== 'known' && taxon.outcome !== 'twice').length
  if (refused > 0) context.ends(refused < sent.taxa.length ? exitCodes.partial : exitCodes.error)
  if (!dryRun) screen.say(screen.paint.dim('To begin: microfetch up      To look: microfetch status, microfetch plan'))
}

async function* inTurn<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}
