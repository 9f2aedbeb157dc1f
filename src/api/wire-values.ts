import * as v from 'valibot'

/** An instant, ISO 8601 in UTC; a day is YYYY-MM-DD. */
export const instantSchema = v.string()
export const dayText = v.pipe(v.string(), v.isoDate('a day is written YYYY-MM-DD'))

/** A tax id in an address or in a body. */
export const taxIdText = v.pipe(v.string(), v.regex(/^[1-9]\d{0,9}$/, 'a tax id is a whole number above 0'), v.transform(Number))

/** `true` or `false` in an address. */
export const flagText = v.pipe(
  v.picklist(['true', 'false']),
  v.transform(text => text === 'true'),
)

/** At most this many rows in one page. */
export const mostRows = 1000

/** How many rows of a page. */
export const limitText = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/, `a limit is a whole number from 1 to ${mostRows}`),
  v.transform(Number),
  v.minValue(1, `a limit is a whole number from 1 to ${mostRows}`),
  v.maxValue(mostRows, `a limit is a whole number from 1 to ${mostRows}`),
)

/** Nothing is asked in the address, or nothing is sent. */
export const nothing = v.optional(v.object({}), {})

/** The two keys of every list: begin after this row, at most so many. */
export const pageQuery = { after: v.optional(v.string()), limit: v.optional(limitText, '100') }

/** A page of rows, and the key to ask for the page after it; null when this is the last. */
export function pageOf<Row extends v.GenericSchema<unknown, unknown>>(row: Row) {
  return v.object({ rows: v.array(row), next: v.nullable(v.string()) })
}
