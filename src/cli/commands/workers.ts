import { listWorkers, type WorkerRow } from '../../api/workers.ts'
import type { Verb } from '../cli-context.ts'
import { column, everyRow, printList, type ListForm } from '../print-list.ts'
import { sayBytes, sayCount, sayWhen } from '../say-amounts.ts'
import { sayDollars } from '../../core/say-dollars.ts'

/** `microfetch workers`: the machines that are there now, and what their agents said last. */
export const workersVerb: Verb = (program, context) => {
  const { screen, clock } = context
  const columns = [
    column<WorkerRow>('name', { whole: true }),
    column<WorkerRow>('state', { whole: true }),
    column<WorkerRow>('batch', { least: 24 }),
    column<WorkerRow>('attempt', { right: true, spare: 4 }),
    { name: 'phase', value: (row: WorkerRow) => row.progress?.phase ?? null, spare: 2 },
    {
      name: 'progress',
      value: (row: WorkerRow) =>
        row.progress === null ? null : `${row.progress.runsDone + row.progress.runsFailed}/${row.progress.runsTotal}`,
      right: true,
    },
    {
      name: 'bytes_written',
      value: (row: WorkerRow) => row.progress?.bytesWritten ?? null,
      show: (row: WorkerRow) => (row.progress === null ? '' : sayBytes(row.progress.bytesWritten)),
      right: true,
    },
    column<WorkerRow>('lastBeatAt', { title: 'last beat', show: row => sayWhen(row.lastBeatAt, clock()) }),
    column<WorkerRow>('requestedAt', { spare: 3, title: 'requested', show: row => sayWhen(row.requestedAt, clock()) }),
    column<WorkerRow>('heldSince', { show: row => sayWhen(row.heldSince, clock()) }),
    column<WorkerRow>('microdollars', {
      right: true,
      spare: 5,
      title: 'cost',
      show: row => (row.microdollars === 0 ? '' : sayDollars(row.microdollars)),
    }),
    column<WorkerRow>('dailyMicrodollars', {
      right: true,
      spare: 6,
      title: 'a day',
      show: row => (row.dailyMicrodollars === 0 ? '' : sayDollars(row.dailyMicrodollars)),
    }),
    column<WorkerRow>('provider', { hidden: true }),
    column<WorkerRow>('machineId', { hidden: true }),
    column<WorkerRow>('address', { hidden: true }),
    column<WorkerRow>('ending'),
  ]
  program
    .command('workers')
    .summary('list workers and what they do')
    .option('--gone', 'those that are destroyed too')
    .option('--json', 'one JSON document')
    .option('--jsonl', 'one JSON document a line')
    .option('--fields <names>', 'only these columns, between commas')
    .action(async (options: ListForm & { gone?: boolean }) => {
      const client = await context.client()
      const rows = everyRow(client, listWorkers, { gone: options.gone ?? false })
      const count = await printList(screen, { name: 'workers', columns, rows }, options)
      if (screen.isTable)
        screen.say(screen.paint.dim(count === 0 ? 'No workers: nothing is being worked on.' : sayCount(count, 'worker')))
    })
}
