import { resolveAttention, type AttentionRow } from '../../api/attention.ts'
import type { Client, ReplyTo } from '../../api/client.ts'
import { Problem } from '../../core/problem.ts'
import type { Verb } from '../cli-context.ts'
import { column } from '../print-list.ts'
import { printRows, type Column } from '../print-table.ts'
import { readAccessions, readTaxId } from '../read-arguments.ts'
import { sayCount } from '../say-amounts.ts'

type How = 'retry' | 'skip' | 'dismiss'
const ways: readonly How[] = ['retry', 'skip', 'dismiss']

interface Options {
  dryRun?: boolean
  yes?: boolean
  json?: boolean
  taxon?: boolean
}

/** `microfetch resolve`: a person has repaired (or decided) what needed them. */
export const resolveVerb: Verb = (program, context) => {
  const { screen } = context
  program
    .command('resolve <id-or-taxon> <how> [runs...]')
    .summary('resolve what needs a person: retry, skip or dismiss')
    .description(
      'How:\n  retry          what failed is owed again, and the archive is asked at once\n  skip RUN…      these runs are skipped until "retry"; what was unproved of them is lost\n  dismiss        it is resolved, and nothing else changes\n' +
        'A number is one of "microfetch attention"; with --taxon it is a tax id. A name is a taxon: everything open about it.',
    )
    .option('--taxon', 'the number is a tax id')
    .option('-n, --dry-run', 'only say what would happen')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action((subject: string, how: string, runs: string[], options: Options) => resolve(subject, how, runs, options))

  async function resolve(subject: string, how: string, runs: readonly string[], options: Options): Promise<void> {
    const way = readWay(how, runs)
    const client = await context.client()
    const body = { subject: await readSubject(client, subject, options.taxon ?? false), how: way, runs: readAccessions(runs) }
    const would = await client.ask(resolveAttention, { body: { ...body, dryRun: true } })
    for (const need of would.resolved)
      screen.say(`#${need.id} ${need.cause} (${need.subject} ${need.subjectId}): ${need.evidence}`)
    if (options.dryRun === true) return tell(would, options.json ?? false, true)
    if (would.lostRuns.length > 0) await confirmLoss(would.lostRuns, options.yes ?? false)
    return tell(await client.ask(resolveAttention, { body: { ...body, dryRun: false } }), options.json ?? false, false)
  }

  async function confirmLoss(lostRuns: readonly string[], yes: boolean): Promise<void> {
    screen.say(screen.paint.yellow(`Unproved work is lost on ${sayCount(lostRuns.length, 'run')}: ${lostRuns.join(' ')}`))
    if (!(await context.confirm('Skip them?', yes))) throw new Problem('not-allowed', 'nothing was changed')
  }

  async function tell(told: ReplyTo<typeof resolveAttention>, json: boolean, dryRun: boolean): Promise<void> {
    if (json) await screen.data(JSON.stringify({ ...told, dryRun }, undefined, 2))
    else await printRows(screen, columnsOf(dryRun), told.resolved)
    if (told.retried > 0)
      screen.say(`${sayCount(told.retried, 'run')} ${dryRun ? 'would be' : ''} owed again.`.replace('  ', ' '))
    if (told.skipped.length > 0) screen.say(`Skipped until "microfetch retry": ${told.skipped.join(' ')}`)
  }
}

function columnsOf(dryRun: boolean): Column<AttentionRow>[] {
  return [
    column<AttentionRow>('id', { right: true }),
    { name: 'outcome', value: () => (dryRun ? 'would be resolved' : 'resolved') },
    column<AttentionRow>('cause'),
  ]
}

function readWay(how: string, runs: readonly string[]): How {
  const way = ways.find(known => known === how)
  if (way === undefined) throw new Problem('bad-input', `"${how}": wanted is retry, skip or dismiss`)
  if (way === 'skip' && runs.length === 0) throw new Problem('bad-input', 'skip which runs? Name them')
  if (way !== 'skip' && runs.length > 0) throw new Problem('bad-input', `${way} takes no runs`)
  return way
}

async function readSubject(
  client: Client,
  text: string,
  isTaxon: boolean,
): Promise<{ kind: 'id'; id: number } | { kind: 'taxon'; taxId: number }> {
  if (!isTaxon && /^#?\d+$/.test(text)) return { kind: 'id', id: Number(text.replace('#', '')) }
  return { kind: 'taxon', taxId: await readTaxId(client, text) }
}
