import { Option } from 'commander'
import { batchStates, listBatches, type BatchRow } from '../../api/batches.ts'
import type { Verb } from '../cli-context.ts'
import { column, everyRow, printList, type ListForm } from '../print-list.ts'
import { readTaxId } from '../read-arguments.ts'
import { sayBytes, sayCount, sayWhen } from '../say-amounts.ts'
import { sayDollars } from '../../core/say-dollars.ts'

/** `microfetch batches`: what was given to workers together, the newest first. */
export const batchesVerb: Verb = (program, context) => {
  const { screen } = context
  const columns = [
    column<BatchRow>('name', { whole: true }),
    column<BatchRow>('state', { whole: true }),
    column<BatchRow>('runs', { right: true }),
    column<BatchRow>('done', { right: true }),
    column<BatchRow>('failed', { right: true }),
    column<BatchRow>('delivered', { right: true }),
    column<BatchRow>('attemptsMade', { right: true, spare: 4, title: 'attempts' }),
    column<BatchRow>('worker', { spare: 5 }),
    column<BatchRow>('taxId', { right: true, hidden: true }),
    column<BatchRow>('scientificName', { hidden: true }),
    column<BatchRow>('recipe', { spare: 3 }),
    column<BatchRow>('expectedBytes', { right: true, spare: 2, title: 'bytes', show: row => sayBytes(row.expectedBytes) }),
    column<BatchRow>('memoryGb', { right: true, hidden: true }),
    column<BatchRow>('microdollars', {
      right: true,
      spare: 6,
      title: 'cost',
      show: row => (row.microdollars === 0 ? '' : sayDollars(row.microdollars)),
    }),
    column<BatchRow>('createdAt', { spare: 1, title: 'created', show: row => sayWhen(row.createdAt, context.clock()) }),
    column<BatchRow>('changedAt', { hidden: true }),
    column<BatchRow>('batchId', { hidden: true }),
  ]
  program
    .command('batches [taxon]')
    .summary('list batches, the newest first')
    .addOption(
      new Option('--state <state>', 'only batches that stand there; open: not at an end').choices(['open', ...batchStates]),
    )
    .option('--json', 'one JSON document')
    .option('--jsonl', 'one JSON document a line')
    .option('--fields <names>', 'only these columns, between commas')
    .action(async (taxon: string | undefined, options: ListForm & { state?: string }) => {
      const client = await context.client()
      const taxId = taxon === undefined ? undefined : await readTaxId(client, taxon)
      const rows = everyRow(client, listBatches, { taxon: taxId, state: options.state })
      const count = await printList(screen, { name: 'batches', columns, rows }, options)
      if (screen.isTable)
        screen.say(
          screen.paint.dim(
            count === 0 ? 'No batches. What would be made next: microfetch plan' : sayCount(count, 'batch', 'batches'),
          ),
        )
    })
}
