import { askedFormat, planColumns } from '../answers/asked-columns.ts'
import { mediaType, replyText } from '../answers/reply.ts'
import { writeTable } from '../answers/table.ts'
import { type Column, runColumns, taxonColumns } from '../column-list.ts'
import type { Exchange } from '../exchange.ts'
import { checkResult } from './results.ts'

/** `returnFields` and `searchFields`: the columns of a result, with their type. */
export function fields(exchange: Exchange): void {
  const result = checkResult(exchange)
  const format = askedFormat(exchange)
  const { hidden } = planColumns(exchange)
  const all: readonly Column[] = result === 'read_run' ? runColumns : result === 'taxon' ? taxonColumns : []
  const listed = all.filter(column => (exchange.endpoint === 'return-fields' || column.searchable) && !hidden.has(column.id))
  const rows = listed.map(column => [column.id, column.description, column.type])
  replyText(exchange, 200, mediaType(format), writeTable(format, ['columnId', 'description', 'type'], rows))
}
