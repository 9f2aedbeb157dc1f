import { askedFormat, askedNumber } from '../answers/asked-columns.ts'
import { encodeRows } from '../answers/encode-rows.ts'
import { mediaType, replyNothing, replyPieces, replyText } from '../answers/reply.ts'
import { bentRows, countRows, planRows, publicRows, slice } from '../answers/select-rows.ts'
import { writeTable } from '../answers/table.ts'
import { cellOf } from '../cells/cells.ts'
import type { Exchange } from '../exchange.ts'
import { QueryError } from '../query/query-error.ts'
import { rowTest } from '../query/row-test.ts'
import type { World } from '../world/world.ts'
import { checkResult } from './results.ts'

/**
 * `links/taxon`: without a result, how many runs and bases a taxon has, alone and with its subtree; with `result=read_run`,
 * the runs themselves, page by page, and 204 past the end.
 */
export async function linksTaxon(exchange: Exchange): Promise<void> {
  const { asked, world } = exchange
  const accession = asked.get('accession') ?? ''
  if (!/^\d+$/.test(accession)) throw new QueryError(`Invalid accession: ${accession}`)
  const taxId = Number(accession)
  const format = askedFormat(exchange)
  if (!asked.has('result')) {
    const columns = ['result_id', 'description', 'entry_cnt', 'base_cnt', 'subtree_entry_cnt', 'subtree_base_cnt']
    const cells = ['read_run', 'Raw reads', ...totals(world, taxId, false), ...totals(world, taxId, true)]
    return replyText(exchange, 200, mediaType(format), writeTable(format, columns, [cells]))
  }
  const withSubtree = asked.get('subtree') === 'true'
  const test = checkResult(exchange) === 'read_run' ? rowTest({ kind: 'taxon', taxId, withSubtree }, world) : () => false
  const offset = askedNumber(exchange, 'offset') ?? 0
  const limit = askedNumber(exchange, 'limit') ?? world.limits.defaultRows
  const left = countRows(world, test) - offset
  if (left <= 0) return replyNothing(exchange)
  const plan = planRows(exchange)
  // Pages of one taxon are cut from one order, so that a reader who pages sees every run once.
  const page = slice(publicRows(world, test, world.seed), plan.ignoresOffset ? 0 : offset, limit === 0 ? Infinity : limit)
  const rows = bentRows(page, plan, () => Math.min(left, limit === 0 ? left : limit))
  return replyPieces(exchange, mediaType(format), encodeRows(rows, { format, columns: ['run_accession', 'description'] }, world))
}

function totals(world: World, taxId: number, withSubtree: boolean): [string, string] {
  const test = rowTest({ kind: 'taxon', taxId, withSubtree }, world)
  let [rows, bases] = [0, 0]
  for (const row of publicRows(world, test, world.seed)) {
    rows++
    bases += Number(cellOf(row, 'base_count', world))
  }
  return [String(rows), String(bases)]
}
