/** Seconds that a `Retry-After` header asks for; a date is measured from the answer's own `Date`. Undefined when it says nothing. */
export function retryAfterSeconds(header: string | undefined, answeredAt: Date | undefined): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text)
  const until = Date.parse(text)
  if (Number.isNaN(until) || answeredAt === undefined) return undefined
  return Math.max(0, (until - answeredAt.getTime()) / 1000)
}
