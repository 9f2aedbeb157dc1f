/** A query, column or parameter that the portal refuses with 400; the message is what it answers. */
export class QueryError extends Error {
  override name = 'QueryError'
}
