import { listAttention, type AttentionRow } from '../../api/attention.ts'
import type { Verb } from '../cli-context.ts'
import { everyRow, column, printList, type ListForm } from '../print-list.ts'
import { sayWhen } from '../say-amounts.ts'

/** `microfetch attention`: what waits for a person, with the evidence and what was tried. */
export const attentionVerb: Verb = (program, context) => {
  const { screen, clock } = context
  const columns = [
    column<AttentionRow>('id', { right: true }),
    column<AttentionRow>('subject'),
    column<AttentionRow>('subjectId'),
    column<AttentionRow>('scientificName'),
    column<AttentionRow>('cause'),
    column<AttentionRow>('evidence'),
    column<AttentionRow>('tried'),
    column<AttentionRow>('openedAt', { show: row => sayWhen(row.openedAt, clock()) }),
    column<AttentionRow>('resolvedAt', { hidden: true }),
    column<AttentionRow>('resolution', { hidden: true }),
    column<AttentionRow>('resolvedBy', { hidden: true }),
  ]
  program
    .command('attention')
    .summary('show what needs a person')
    .description('What needs a person, the oldest first. A taxon in this list is left alone until somebody resolves it.')
    .option('--resolved', 'what was resolved too')
    .option('--json', 'one JSON document')
    .option('--jsonl', 'one JSON document a line')
    .option('--fields <names>', 'only these columns, between commas')
    .action(async (options: ListForm & { resolved?: boolean }) => {
      const client = await context.client()
      const rows = everyRow(client, listAttention, { resolved: options.resolved ?? false })
      const isPlain = options.json !== true && options.jsonl !== true && options.fields === undefined
      if (!screen.isTable || !isPlain) {
        await printList(screen, { name: 'attention', columns, rows }, options)
        return
      }
      let count = 0
      for await (const row of rows) {
        count += 1
        await screen.data(describe(row))
      }
      if (count === 0) screen.say(screen.paint.green('Nothing needs a person.'))
      else screen.say(screen.paint.dim('When it is repaired: microfetch resolve <id> retry   (or: skip <run…>, dismiss)'))
    })

  function describe(row: AttentionRow): string {
    const subject = row.subject === 'taxon' ? `taxon ${row.subjectId} ${row.scientificName}` : `${row.subject} ${row.subjectId}`
    const lines = [
      `${screen.dataPaint.bold(`#${row.id}`)}  ${screen.dataPaint.yellow(row.cause)}  ${subject.trim()}  ${screen.dataPaint.dim(sayWhen(row.openedAt, clock()))}`,
      `    seen    ${row.evidence}`,
    ]
    if (row.tried !== '') lines.push(`    tried   ${row.tried}`)
    if (row.resolvedAt !== null)
      lines.push(`    ended   ${sayWhen(row.resolvedAt, clock())} by ${row.resolvedBy}: ${row.resolution}`)
    return lines.join('\n')
  }
}
