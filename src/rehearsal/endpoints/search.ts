import { askedColumns, askedFormat, askedNumber } from '../answers/asked-columns.ts'
import { encodeRows } from '../answers/encode-rows.ts'
import { mediaType, replyPieces, replyRefusal } from '../answers/reply.ts'
import { bentRows, countRows, planRows, publicRows, slice } from '../answers/select-rows.ts'
import { cellOf } from '../cells/cells.ts'
import { runColumnById, runColumns } from '../column-list.ts'
import type { Exchange } from '../exchange.ts'
import { QueryError } from '../query/query-error.ts'
import { readQuery } from '../query/read-query.ts'
import { rowTest, type RowTest } from '../query/row-test.ts'
import { mix } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import { columnOfAccession } from './accession-column.ts'
import { checkResult } from './results.ts'
import { searchTaxa } from './search-taxa.ts'

const runColumnIds = runColumns.map(column => column.id)

/** `search`: rows of `read_run` (or of `taxon`) in no promised order, streamed; 100,000 of them unless a limit is given, all with `limit=0`. */
export async function search(exchange: Exchange): Promise<void> {
  const result = checkResult(exchange)
  if (result === 'taxon') return searchTaxa(exchange)
  const { asked, world } = exchange
  const format = askedFormat(exchange)
  const columns = askedColumns(exchange, runColumnIds, ['run_accession', 'description'], 'first')
  const test = result === 'read_run' ? askedTest(exchange) : () => false
  const plan = planRows(exchange)
  const offset = askedNumber(exchange, 'offset') ?? 0
  if (offset > world.limits.maxOffset) {
    return replyRefusal(exchange, 400, `Invalid offset: ${offset} is more than ${world.limits.maxOffset}`)
  }
  const limit = askedNumber(exchange, 'limit') ?? world.limits.defaultRows
  const found = sorted(publicRows(world, test, mix(world.seed, world.requests)), asked.get('sortFields') ?? '', exchange)
  const page = slice(found, plan.ignoresOffset ? 0 : offset, limit === 0 ? Infinity : limit)
  const total = () => Math.min(limit === 0 ? Infinity : limit, Math.max(0, countRows(world, test) - offset))
  const rows = bentRows(page, plan, total)
  return replyPieces(exchange, mediaType(format), encodeRows(rows, { format, columns, staysOpen: plan.staysOpen }, world))
}

/** The test for what a request asks for: its query, or its list of accessions, or either; less what it excludes. */
export function askedTest(exchange: Exchange): RowTest {
  const { asked, world } = exchange
  const query = asked.get('query') ?? ''
  const included = accessionTest(exchange, 'include')
  const excluded = accessionTest(exchange, 'exclude')
  const matched = rowTest(
    readQuery(query, column => runColumnById.has(column)),
    world,
  )
  const wanted =
    included === undefined ? matched : query.trim() === '' ? included : (row: RunRow) => matched(row) || included(row)
  return excluded === undefined ? wanted : row => wanted(row) && !excluded(row)
}

// Only primary accessions can be listed.
const listColumns: Record<string, string> = {
  run: 'run_accession',
  experiment: 'experiment_accession',
  sample: 'sample_accession',
  study: 'study_accession',
  taxon: 'tax_id',
}

function accessionTest(exchange: Exchange, kind: 'include' | 'exclude'): RowTest | undefined {
  const list = (exchange.asked.get(`${kind}Accessions`) ?? '').split(',').map(accession => accession.trim())
  const wanted = list.filter(accession => accession !== '')
  if (wanted.length === 0) return undefined
  const type = exchange.asked.get(`${kind}AccessionType`) ?? ''
  const named = listColumns[type]
  if (type !== '' && named === undefined) throw new QueryError(`Invalid ${kind}AccessionType: ${type}`)
  const sets = [...Map.groupBy(wanted, accession => named ?? primaryColumn(accession))].map(([column, accessions]) => ({
    column,
    accessions: new Set(accessions),
  }))
  return row => sets.some(({ column, accessions }) => accessions.has(cellOf(row, column, exchange.world)))
}

/** A secondary accession is looked for where the primary ones stand, and so is not found. */
function primaryColumn(accession: string): string {
  const column = columnOfAccession(accession) ?? ''
  return column.startsWith('secondary_') ? column.slice('secondary_'.length) : column
}

/** Sorting is on demand only, and holds all rows. */
function sorted(rows: Iterable<RunRow>, fields: string, exchange: Exchange): Iterable<RunRow> {
  const columns = fields.split(',').filter(field => field !== '')
  if (columns.length === 0) return rows
  const sign = (exchange.asked.get('sortOrder') ?? 'asc').toLowerCase() === 'desc' ? -1 : 1
  const keyed = [...rows].map(row => ({ row, key: columns.map(column => cellOf(row, column, exchange.world)).join('\t') }))
  return keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0)).map(({ row }) => row)
}
