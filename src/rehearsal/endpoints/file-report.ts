import { askedColumns, askedFormat, askedNumber } from '../answers/asked-columns.ts'
import { encodeRows } from '../answers/encode-rows.ts'
import { mediaType, replyNothing, replyPieces } from '../answers/reply.ts'
import { bentRows, planRows, slice } from '../answers/select-rows.ts'
import { cellOf } from '../cells/cells.ts'
import { fileReportColumns, runColumns } from '../column-list.ts'
import type { Exchange } from '../exchange.ts'
import { QueryError } from '../query/query-error.ts'
import type { RunRow } from '../world/run-row.ts'
import type { World } from '../world/world.ts'
import { columnOfAccession } from './accession-column.ts'
import { checkResult } from './results.ts'

const runColumnIds = runColumns.map(column => column.id)

/**
 * `filereport`: the runs of one accession, from a cache of its own. A suppressed run is still found here.
 * Nothing found is 204; an accession of another archive, such as GEO's, is 400.
 */
export async function fileReport(exchange: Exchange): Promise<void> {
  const { world } = exchange
  const result = checkResult(exchange)
  const accession = (exchange.asked.get('accession') ?? '').trim()
  const column = columnOfAccession(accession)
  if (column === undefined) throw new QueryError(`Invalid accession: ${accession}`)
  const format = askedFormat(exchange)
  const columns = askedColumns(exchange, runColumnIds, fileReportColumns, 'where asked')
  const found = result === 'read_run' ? [...reportedRows(world, column, accession)] : []
  if (found.length === 0) return replyNothing(exchange)
  const plan = planRows(exchange)
  const limit = askedNumber(exchange, 'limit') ?? 0
  const rows = bentRows(slice(found, 0, limit === 0 ? Infinity : limit), plan, () => found.length)
  return replyPieces(exchange, mediaType(format), encodeRows(rows, { format, columns, staysOpen: plan.staysOpen }, world))
}

function* reportedRows(world: World, column: string, accession: string): Generator<RunRow> {
  if (column === 'run_accession') {
    const row = world.find(accession)
    if (row !== undefined && row.change?.hidden !== 'withdrawn') yield row
    return
  }
  for (let place = 0; place < world.rowCount; place++) {
    const row = world.rowAt(place)
    if (row.change?.hidden !== 'withdrawn' && cellOf(row, column, world) === accession) yield row
  }
}
