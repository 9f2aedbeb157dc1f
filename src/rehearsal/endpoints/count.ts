import { askedFormat } from '../answers/asked-columns.ts'
import { mediaType, replyText } from '../answers/reply.ts'
import { countRows } from '../answers/select-rows.ts'
import type { Exchange } from '../exchange.ts'
import { askedTest } from './search.ts'
import { checkResult } from './results.ts'

/** `count`: how many rows `search` would find, as a bare number. */
export function count(exchange: Exchange): void {
  const result = checkResult(exchange)
  const format = askedFormat(exchange)
  const rows = result === 'read_run' ? countRows(exchange.world, askedTest(exchange)) : 0
  let answer = String(rows)
  for (const { fault, settings } of exchange.struck) answer = fault.count?.(rows, settings) ?? answer
  replyText(exchange, 200, mediaType(format), answer)
}
