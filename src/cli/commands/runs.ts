import { Option } from 'commander'
import type { RunRow } from '../../api/runs.ts'
import { listRuns, runStates } from '../../api/runs.ts'
import type { Verb } from '../cli-context.ts'
import { column, everyRow, printList, type ListForm } from '../print-list.ts'
import type { Column } from '../print-table.ts'
import { readTaxId } from '../read-arguments.ts'
import { sayBytes, sayCount } from '../say-amounts.ts'

/** What a list of runs shows. */
export const runColumns: readonly Column<RunRow>[] = [
  column<RunRow>('runAccession', { whole: true }),
  column<RunRow>('taxId', { right: true, spare: 1 }),
  column<RunRow>('scientificName', { hidden: true }),
  column<RunRow>('state', { whole: true }),
  column<RunRow>('reason', { whole: true }),
  column<RunRow>('detail', { least: 40 }),
  column<RunRow>('firstPublicOn', { hidden: true }),
  column<RunRow>('baseCount', {
    right: true,
    spare: 3,
    title: 'bases',
    show: row => (row.baseCount === null ? '' : sayBytes(row.baseCount, 'b')),
  }),
  column<RunRow>('fastqBytes', { right: true, spare: 2, title: 'fastq', show: row => sayBytes(row.fastqBytes) }),
  column<RunRow>('sampleAccession', { hidden: true }),
  column<RunRow>('studyAccession', { hidden: true }),
  column<RunRow>('recipe', { hidden: true }),
  column<RunRow>('batch', { spare: 4 }),
  column<RunRow>('path', { hidden: true }),
  column<RunRow>('changedAt', { hidden: true }),
]

interface Options extends ListForm {
  state?: string
  reason?: string
}

/** `microfetch runs`: every run that was ever seen of a taxon (or of all), and where it stands. */
export const runsVerb: Verb = (program, context) => {
  program
    .command('runs [taxon]')
    .summary('list runs and where they stand')
    .description('Every run that was seen of a taxon (of all taxa when none is named), with its state and the reasons for it.')
    .addOption(new Option('--state <state>', 'only runs that stand there').choices(runStates))
    .option('--reason <code>', 'only runs with this reason, such as META_BASES_LOW')
    .option('--json', 'one JSON document')
    .option('--jsonl', 'one JSON document a line')
    .option('--fields <names>', 'only these columns, between commas')
    .action(async (taxon: string | undefined, options: Options) => {
      const client = await context.client()
      const taxId = taxon === undefined ? undefined : await readTaxId(client, taxon)
      const rows = everyRow(client, listRuns, { taxon: taxId, state: options.state, reason: options.reason })
      const count = await printList(context.screen, { name: 'runs', columns: runColumns, rows }, options)
      if (context.screen.isTable)
        context.screen.say(
          context.screen.paint.dim(`${sayCount(count, 'run')}. What happened to one of them: microfetch why <run>`),
        )
    })
}
