import type { AddedTaxon, AskedReach } from '../../api/taxa.ts'
import { Problem } from '../../core/problem.ts'
import { taxonColumnKeys } from '../../core/taxon-column-keys.ts'
import { askReach, describeReach, readReach, type ReachFlags } from '../ask-reach.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { addedColumns, isAddable, summariseAdded } from '../print-added.ts'
import { inTurn, printList } from '../print-list.ts'
import { printRows } from '../print-table.ts'
import { readNames } from '../read-names.ts'
import { sendAdded, type AddRequest, type Added } from '../send-added.ts'

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
  const names = await readNames(context, given, options.file ?? [])
  if (names.length === 0) throw new Problem('bad-input', 'no taxa: name some by id or name, with --file, or - for stdin')
  const flagged = readReach(options, context.clock())
  checkPriority(options)
  const client = await context.client({ ledger: 'maybe' })
  const preview = (reach: AskedReach | null) => sendAdded(context, client, names, requestOf(options, reach, true))
  const { would, reach } = await settleReach(context, options, await preview(flagged), flagged, preview)
  if (reach === null) sayOnlyNew(context, would.taxa)
  if (options.dryRun === true || !would.taxa.some(isAddable)) return tell(context, would, options, options.dryRun ?? false)
  await confirmAdding(context, would, reach, options)
  await context.client({ ledger: 'made' })
  return tell(context, await sendAdded(context, client, names, requestOf(options, reach, false)), options, false)
}

function requestOf(options: Options, reach: AskedReach | null, dryRun: boolean): AddRequest {
  const { alone, force, priority, recipe } = options
  const settings = {
    ...(priority === undefined ? {} : { priority }),
    ...(recipe === undefined ? {} : { recipe }),
  }
  return { scope: alone === true ? 'alone' : 'subtree', settings, force: force ?? false, reach, dryRun }
}

/** A wrong one is told before anything is looked up. */
function checkPriority({ priority }: Options): void {
  const kind = taxonColumnKeys.priority
  if (priority !== undefined && kind.read(priority) === undefined)
    throw new Problem('bad-input', `--priority ${priority}: wanted is ${kind.says}`)
}

/** Whether there is a person to ask, who has not said yes to everything already. */
function mayAsk({ screen }: CliContext, options: Options): boolean {
  return options.yes !== true && options.dryRun !== true && screen.canAsk
}

/** How much of the past: as the flags say, else as a person answers who has seen how much there is. */
async function settleReach(
  context: CliContext,
  options: Options,
  would: Added,
  flagged: AskedReach | null,
  preview: (reach: AskedReach | null) => Promise<Added>,
): Promise<{ would: Added; reach: AskedReach | null }> {
  if (flagged !== null || !mayAsk(context, options) || !would.taxa.some(isAddable)) return { would, reach: flagged }
  await showOnMessages(context, would.taxa)
  const reach = await askReach(context)
  return { would: await preview(reach), reach }
}

function sayOnlyNew({ screen }: CliContext, taxa: readonly AddedTaxon[]): void {
  if (!taxa.some(taxon => taxon.outcome === 'new' || taxon.outcome === 'merged')) return
  screen.say(
    screen.paint.yellow(
      'The past is left out: only runs that become public from today on are taken. --all, --from DATE or --max-runs N ask for it.',
    ),
  )
}

async function confirmAdding(context: CliContext, would: Added, reach: AskedReach | null, options: Options): Promise<void> {
  if (mayAsk(context, options)) await showOnMessages(context, would.taxa)
  // Who has said yes already reads what came of it, a moment later.
  if (options.yes !== true) summariseAdded(context.screen, would, true)
  const question = `Add ${would.taxa.filter(isAddable).length} of ${would.taxa.length} (${describeReach(reach)})?`
  if (!(await context.confirm(question, options.yes ?? false))) throw new Problem('not-allowed', 'nothing was added')
}

/** What is shown for a decision belongs to people: stdout stays for what came of it. */
async function showOnMessages({ screen }: CliContext, taxa: readonly AddedTaxon[]): Promise<void> {
  const onMessages = { ...screen, isTable: true, dataPaint: screen.paint, data: async (text: string) => screen.say(text) }
  await printRows(onMessages, addedColumns, taxa)
}

async function tell(context: CliContext, added: Added, options: Options, dryRun: boolean): Promise<void> {
  const { screen } = context
  if (options.json === true) await screen.data(JSON.stringify({ ...added, dryRun }, undefined, 2))
  else await printList(screen, { name: 'taxa', columns: addedColumns, rows: inTurn(added.taxa) }, {})
  summariseAdded(screen, added, dryRun)
  const refused = added.taxa.filter(taxon => !isAddable(taxon) && taxon.outcome !== 'known' && taxon.outcome !== 'twice').length
  if (refused > 0) context.ends(refused < added.taxa.length ? exitCodes.partial : exitCodes.error)
  if (!dryRun) screen.say(screen.paint.dim('To begin: microfetch up      To look: microfetch status, microfetch plan'))
}
