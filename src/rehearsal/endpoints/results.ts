import { askedFormat } from '../answers/asked-columns.ts'
import { mediaType, replyText } from '../answers/reply.ts'
import { writeTable } from '../answers/table.ts'
import { resultNames } from '../column-list.ts'
import type { Exchange } from '../exchange.ts'
import { QueryError } from '../query/query-error.ts'

/** The result that a request names. Throws a QueryError when it names none or one that the portal does not know. */
export function checkResult(exchange: Exchange): string {
  const result = exchange.asked.get('result') ?? ''
  if (result === '') throw new QueryError("Required parameter 'result' is not present")
  if (!resultNames.some(([name]) => name === result)) throw new QueryError(`Invalid result: ${result}`)
  return result
}

/** `results`: what can be asked for. */
export function results(exchange: Exchange): void {
  const format = askedFormat(exchange)
  replyText(exchange, 200, mediaType(format), writeTable(format, ['resultId', 'description'], resultNames))
}
