import { examine } from '../../daemon/doctor/examine.ts'
import type { Finding, Outcome } from '../../daemon/doctor/check.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { configOf } from '../open-client.ts'
import { column, printList } from '../print-list.ts'
import type { Column } from '../print-table.ts'
import { ownVersion } from '../version.ts'

const columns: Column<Finding>[] = [
  { name: 'outcome', value: finding => finding.outcome },
  column<Finding>('check'),
  column<Finding>('says'),
  column<Finding>('cure'),
]

/** `microfetch doctor`: whether everything is there that microfetch needs, and what to do where it is not. */
export const doctorVerb: Verb = (program, context) => {
  program
    .command('doctor')
    .summary('look whether everything is there that microfetch needs')
    .description(
      'Looks at programs, settings, folders, ledger, Nextflow, the tools of each recipe, the archive, and who is told; where machines are droplets, also at the account, the token, limits, image, sizes, clocks, ssh and the collector. The exit status is 1 when something stands in the way.',
    )
    .option('--json', 'one JSON document')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine({ config: () => configOf(context), now: context.clock(), version: ownVersion() })
      if (context.screen.isTable && options.json !== true) await printReport(context, findings)
      else await printList(context.screen, { name: 'checks', columns, rows: inTurn(findings) }, options)
      const bad = findings.filter(finding => finding.outcome === 'failed').length
      if (bad > 0) {
        context.ends(exitCodes.error)
        context.screen.say(`${bad} of ${findings.length} checks failed`)
      }
    })
}

/** For people: a line each, and what to do below it. */
async function printReport({ screen }: CliContext, findings: readonly Finding[]): Promise<void> {
  const { dataPaint: paint } = screen
  const mark = (outcome: Outcome): string => {
    if (outcome === 'ok') return paint.green('✔')
    return outcome === 'warning' ? paint.yellow('!') : paint.red('✘')
  }
  for (const { check, outcome, says, cure } of findings) {
    await screen.data(`${mark(outcome)} ${paint.bold(check)}  ${says.split('\n').join('\n    ')}`)
    if (cure !== '') await screen.data(`    → ${cure}`)
  }
}

async function* inTurn<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}
