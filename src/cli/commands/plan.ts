import { showPlan, type WorkPlan } from '../../api/plan.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { printRows } from '../print-table.ts'
import { readTaxId } from '../read-arguments.ts'
import { sayBytes, sayCount, saySeconds, sayWhen } from '../say-amounts.ts'
import { sayForecast, sayPrice } from '../say-money.ts'

/** `microfetch plan`: what the next passes would do. Changes nothing. */
export const planVerb: Verb = (program, context) => {
  program
    .command('plan [taxon]')
    .summary('show what the next passes would do')
    .description('What would be checked, judged, batched and worked on next, and how long it would take. Changes nothing.')
    .option('--json', 'one JSON document')
    .action(async (taxon: string | undefined, options: { json?: boolean }) => {
      const client = await context.client()
      const taxId = taxon === undefined ? undefined : await readTaxId(client, taxon)
      const plan = await client.ask(showPlan, { query: { taxon: taxId } })
      if (options.json === true) await context.screen.data(JSON.stringify(plan, undefined, 2))
      else await show(context, plan)
    })
}

async function show(context: CliContext, plan: WorkPlan): Promise<void> {
  const { screen } = context
  explain(context, plan)
  if (plan.batches.length > 0 || !screen.isTable) {
    await printRows(
      screen,
      [
        { name: 'tax_id', value: batch => batch.taxId, right: true },
        { name: 'scientific_name', value: batch => batch.scientificName },
        { name: 'recipe', value: batch => batch.recipe },
        { name: 'runs', value: batch => batch.runs, right: true },
        { name: 'bytes', value: batch => batch.bytes, show: batch => sayBytes(batch.bytes), right: true },
        { name: 'memory_gb', value: batch => batch.memoryGb, right: true },
        {
          name: 'hours',
          value: batch => Number(batch.hours.toFixed(2)),
          show: batch => saySeconds(batch.hours * 3600),
          right: true,
        },
        {
          name: 'microdollars',
          title: 'cost',
          value: batch => batch.microdollars?.likely ?? null,
          show: batch => (batch.microdollars === null ? '' : sayForecast(batch.microdollars)),
          hidden: plan.microdollars === null,
          right: true,
        },
      ],
      plan.batches,
    )
  }
  if (plan.batchCount > plan.batches.length) screen.say(`… and ${plan.batchCount - plan.batches.length} more batches`)
}

function explain(context: CliContext, plan: WorkPlan): void {
  const { screen, clock } = context
  const now = clock()
  for (const stop of plan.stops) screen.say(screen.paint.yellow(stop))
  const due = plan.checks.filter(check => new Date(check.at) <= now)
  if (due.length > 0)
    screen.say(`Checks due now: ${due.map(check => `${check.taxId} ${check.scientificName} (${check.kind})`).join(', ')}`)
  const [next] = plan.checks.filter(check => new Date(check.at) > now)
  if (due.length === 0 && next !== undefined)
    screen.say(`Next check: ${next.taxId} ${next.scientificName}, ${sayWhen(next.at, now)}`)
  if (plan.unjudged > 0) screen.say(`${sayCount(plan.unjudged, 'run')} to be judged first; more may become wanted by that.`)
  if (plan.rejudged > 0)
    screen.say(`${sayCount(plan.rejudged, 'run')} to be judged anew first: what is asked of their taxon was changed.`)
  for (const held of plan.heldBack)
    screen.say(`${sayCount(held.runs, 'run')} of ${held.taxId} ${held.scientificName} wait: ${held.why}`)
  const { wanted, workers } = plan
  if (wanted.runs === 0) {
    screen.say(sayNothing(plan))
    return
  }
  screen.say(
    `${sayCount(wanted.runs, 'run')} owed, ${sayBytes(wanted.bytes)} to fetch, ${sayCount(plan.batchCount, 'batch', 'batches')}: about ${saySeconds(plan.hours * 3600)} (${sayHours(plan)}) ` +
      `on ${sayCount(workers.allowed, 'worker')} (${workers.alive} alive now)${sayPrice(plan.microdollars, plan.priceUnknown)}; ${plan.hoursFrom}.`,
  )
  sayTrust(context, plan)
}

function sayHours({ hoursRange: { low, high } }: WorkPlan): string {
  return `${saySeconds(low * 3600)} to ${saySeconds(high * 3600)}`
}

/** How far such forecasts can be trusted: how wrong the last ones were. */
function sayTrust({ screen }: CliContext, { misses }: WorkPlan): void {
  if (misses === null) return
  const { count, median, low, high } = misses
  const which = count === 1 ? 'The last forecast' : `Half of the last ${count} forecasts`
  const spread = count < 5 ? '' : `; four of five took ${low.toFixed(2)} to ${high.toFixed(2)} times`
  const verb = count === 1 ? 'came to' : 'came to more than'
  screen.say(screen.paint.dim(`${which} ${verb} ${median.toFixed(2)} times what was forecast${spread}.`))
}

function sayNothing({ openBatches, unjudged, rejudged }: WorkPlan): string {
  if (openBatches > 0) return `Nothing more is owed; ${sayCount(openBatches, 'batch', 'batches')} not finished yet.`
  return unjudged + rejudged > 0 ? 'Nothing is owed before that.' : 'Nothing is owed.'
}
