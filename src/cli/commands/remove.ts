import { removeTaxon } from '../../api/taxa.ts'
import { Problem } from '../../core/problem.ts'
import type { ReplyTo } from '../../api/client.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { eachTaxon, tellRefused } from '../each-taxon.ts'
import { printOutcomes } from '../print-outcomes.ts'
import { sayCount } from '../say-amounts.ts'

interface Options {
  cancel?: boolean
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

/** `microfetch remove`: stop tracking a taxon; its history stays. */
export const removeVerb: Verb = (program, context) => {
  program
    .command('remove <taxon...>')
    .summary('stop tracking a taxon')
    .description(
      'Nothing more is found or begun for the taxon. What is being worked on is brought home first, unless --cancel. History and library stay; adding it again revives it.',
    )
    .option('--cancel', 'end its batches now; their results are lost')
    .option('-n, --dry-run', 'only say what would happen')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action((taxa: string[], options: Options) => remove(context, taxa, options))
}

async function remove(context: CliContext, given: readonly string[], options: Options): Promise<void> {
  const client = await context.client()
  const cancel = options.cancel ?? false
  const dryRun = options.dryRun ?? false
  const ask = (taxId: number, isDry: boolean) => client.ask(removeTaxon, { params: { taxId }, body: { cancel, dryRun: isDry } })
  const each = await eachTaxon(client, given, async taxId => {
    const would = await ask(taxId, true)
    explain(context, would, cancel)
    if (dryRun) return would
    const isMeant = await context.confirm(`Remove ${taxId} ${would.scientificName}?`, options.yes ?? false)
    if (!isMeant) throw new Problem('not-allowed', 'nothing was removed')
    return ask(taxId, false)
  })
  tellRefused(context, each)
  const { done, refused } = each
  if (options.json === true) return context.screen.data(JSON.stringify({ removed: done, refused, dryRun }, undefined, 2))
  return printOutcomes(context.screen, done, () => (dryRun ? 'would be removed' : 'removed'))
}

function explain({ screen }: CliContext, would: ReplyTo<typeof removeTaxon>, cancel: boolean): void {
  const lines = [`${would.taxId} ${would.scientificName}:`]
  if (would.dropped > 0) lines.push(`  ${sayCount(would.dropped, 'run')} owed and not begun: dropped`)
  if (would.shared > 0) lines.push(`  ${sayCount(would.shared, 'run')} that another taxon wants: they go on`)
  if (would.batched > 0 && !cancel) lines.push(`  ${sayCount(would.batched, 'run')} being worked on: brought home first`)
  if (would.cancelledBatches.length > 0) lines.push(screen.paint.yellow(`  batches ended: ${would.cancelledBatches.join(', ')}`))
  if (would.lostRuns.length > 0)
    lines.push(screen.paint.yellow(`  work lost on ${sayCount(would.lostRuns.length, 'run')}: ${would.lostRuns.join(' ')}`))
  if (lines.length === 1) lines.push('  nothing of it is owed or being worked on')
  for (const line of lines) screen.say(line)
}
