/** A stretch of time: from its first instant to just before its last, in milliseconds of the epoch. */
export interface Span {
  fromMs: number
  toMs: number
}

/** The calendar month (UTC) that an instant lies in: what caps and bills go by. */
export function monthAt(instantMs: number): Span {
  const instant = new Date(instantMs)
  const [year, month] = [instant.getUTCFullYear(), instant.getUTCMonth()]
  return { fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) }
}
