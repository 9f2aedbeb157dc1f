import { setTaxon, showTaxon } from '../../api/taxa.ts'
import { Problem } from '../../core/problem.ts'
import type { Verb } from '../cli-context.ts'
import { readTaxId } from '../read-arguments.ts'
import { sayBytes, sayCount, sayWhen, saySeconds } from '../say-amounts.ts'
import { sayPrice } from '../say-money.ts'
import { column } from '../print-list.ts'
import { printRows } from '../print-table.ts'
import type { ReplyTo } from '../../api/client.ts'
import type { CliContext } from '../cli-context.ts'

interface Options {
  dryRun?: boolean
  json?: boolean
}

/** `microfetch set`: what is asked of one taxon; without KEY=VALUE, what is in force. */
export const setVerb: Verb = (program, context) => {
  program
    .command('set <taxon> [settings...]')
    .summary('set what is asked of one taxon, or show it')
    .description(
      'Sets KEY=VALUE for one taxon: filters, recipe, what is kept, priority, scope, caps, genome size. KEY= takes a setting back. Without any, shows what is in force.\n' +
        'Changed filters judge stored runs anew, without asking the archive. A changed recipe holds for what is not delivered yet.',
    )
    .option('-n, --dry-run', 'only say what would change')
    .option('--json', 'one JSON document')
    .action(async (taxon: string, settings: string[], options: Options) => {
      const client = await context.client()
      const taxId = await readTaxId(client, taxon)
      if (settings.length === 0) {
        const detail = await client.ask(showTaxon, { params: { taxId } })
        if (options.json === true) await context.screen.data(JSON.stringify(detail, undefined, 2))
        else await showInForce(context, detail)
        return
      }
      const body = { settings: readAssignments(settings), dryRun: options.dryRun ?? false }
      const told = await client.ask(setTaxon, { params: { taxId }, body })
      if (options.json === true) await context.screen.data(JSON.stringify({ ...told, dryRun: body.dryRun }, undefined, 2))
      else await showChanged(context, told, body.dryRun)
    })
}

function readAssignments(given: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const text of given) {
    const equals = text.indexOf('=')
    if (equals < 1) throw new Problem('bad-input', `"${text}": wanted is KEY=VALUE, such as filters.min_depth=0`)
    const key = text.slice(0, equals).trim()
    if (Object.hasOwn(settings, key)) throw new Problem('bad-input', `${key} is given twice`)
    settings[key] = text.slice(equals + 1).trim()
  }
  return settings
}

async function showInForce({ screen, clock }: CliContext, detail: ReplyTo<typeof showTaxon>): Promise<void> {
  screen.say(
    `${screen.paint.bold(`${detail.taxId} ${detail.scientificName}`)}  ${detail.rank}, ${detail.scope === 'alone' ? 'alone' : 'with its subtree'}, reaches back to ${detail.reach}`,
  )
  const [check] = detail.checks
  if (check !== undefined) {
    const found = `${sayCount(check.rowsSeen, 'run')} seen, ${check.newRuns} new, ${check.changedRuns} changed, ${check.goneRuns} gone`
    screen.say(
      screen.paint.dim(
        `last ${check.kind} check ${sayWhen(check.begunAt, clock())}: ${check.outcome}${check.why === '' ? '' : ` (${check.why})`}; ${found}`,
      ),
    )
  }
  await printRows(
    screen,
    [
      { name: 'key', value: row => row.key },
      { name: 'value', value: row => row.value },
      { name: 'from', value: row => row.from },
    ],
    detail.settings,
  )
}

type Change = ReplyTo<typeof setTaxon>['changed'][number]
const changedColumns = [column<Change>('key'), column<Change>('before'), column<Change>('after')]

async function showChanged({ screen }: CliContext, told: ReplyTo<typeof setTaxon>, dryRun: boolean): Promise<void> {
  const { taxon, changed, rejudges, redoing } = told
  await printRows(screen, changedColumns, changed)
  if (changed.length === 0) screen.say('Nothing changes.')
  if (dryRun) screen.say(screen.paint.yellow('Nothing was changed: this was a dry run.'))
  if (rejudges)
    screen.say(`Its ${sayCount(taxon.runs.total, 'stored run')} ${dryRun ? 'would be' : 'are'} judged anew at the next pass.`)
  if (redoing !== null && redoing.runs > 0) {
    screen.say(
      `What is delivered stays as it is. To make ${sayCount(redoing.runs, 'delivered run')} again (${sayBytes(redoing.bytes)}, about ${saySeconds(redoing.hours * 3600)}${sayPrice(redoing.microdollars)}; ${redoing.hoursFrom}): ` +
        `microfetch retry ${taxon.taxId} --delivered`,
    )
  }
}
