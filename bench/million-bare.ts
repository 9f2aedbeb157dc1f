/*
 * The same rows into the same tables by nothing but prepared statements, a thousand runs in a transaction: with their verdicts and
 * deliveries. Once in an order as the archive sends them, once in the order of their accessions. Only the inserting is timed.
 */
import { rmSync } from 'node:fs'
import { migrate } from '../src/daemon/ledger/migrate.ts'
import { openNodeSqlite, type NodeSqlite } from '../src/daemon/ledger/node-sqlite.ts'

/** Rows a second, by the clock and by the processor's time. */
export interface BareRate {
  bySecond: number
  byProcessorSecond: number
}

/** By the order in which they came. */
export type BareRates = Record<'in the order of the archive' | 'in the order of the accessions', BareRate>

const pageSize = 1000
const [, , from = '', to = ''] = process.argv
const source = openNodeSqlite(from)
const count = Number(source.raw.prepare('select count(*) as count from runs').get()?.['count'])
const step = stepFor(count)

const rates: BareRates = {
  'in the order of the archive': rateOf(place => ((place * step) % count) + 1),
  'in the order of the accessions': rateOf(place => place + 1),
}
process.stdout.write(JSON.stringify(rates))

/** Rows of the source lie in the order of their accessions, numbered from 1; `rowAt` says which one comes next. */
function rateOf(rowAt: (place: number) => number): BareRate {
  for (const ending of ['', '-wal', '-shm']) rmSync(`${to}${ending}`, { force: true })
  const target = openNodeSqlite(to)
  migrate(target, { backupBeside: undefined })
  let milliseconds = 0
  let processor = 0
  for (let place = 0; place < count; place += pageSize) {
    const numbers = Array.from({ length: Math.min(pageSize, count - place) }, (_, more) => rowAt(place + more))
    const page = numbers.map(number => source.raw.prepare('select * from runs where rowid = ?').get(number) ?? {})
    const names = JSON.stringify(page.map(row => row['run_accession']))
    const verdicts = rowsFor('verdicts', names)
    const deliveries = rowsFor('deliveries', names)
    const begun = performance.now()
    const cpu = process.cpuUsage()
    target.raw.exec('begin immediate')
    insert(target, 'runs', page)
    insert(target, 'verdicts', verdicts)
    insert(target, 'deliveries', deliveries)
    target.raw.exec('commit')
    milliseconds += performance.now() - begun
    const { user, system } = process.cpuUsage(cpu)
    processor += (user + system) / 1000
  }
  target.raw.close()
  return { bySecond: (count / milliseconds) * 1000, byProcessorSecond: (count / processor) * 1000 }
}

type Row = Record<string, unknown>

function rowsFor(table: string, names: string): Row[] {
  return source.raw.prepare(`select * from ${table} where run_accession in (select value from json_each(?))`).all(names)
}

function insert(target: NodeSqlite, table: string, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {})
  if (columns.length === 0) return
  const statement = target.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`)
  for (const row of rows) statement.run(columns.map(column => row[column]))
}

/** A step that visits every row once in an order that looks like none. */
function stepFor(rows: number): number {
  let step = Math.floor(rows * 0.618) | 1
  while (divisor(step, rows) !== 1) step += 2
  return step
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
