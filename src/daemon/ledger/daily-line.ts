import { chargeWithin } from '../../core/account.ts'
import { toMicrodollars } from '../../core/cost.ts'
import type { Span } from '../../core/month.ts'
import { accountOf } from './costs.ts'
import type { Reader, Tx } from './ledger.ts'

const toldKey = 'daily_told_on'

/** The day (YYYY-MM-DD) of the last daily line; undefined before the first. */
export async function dailyToldOn(read: Reader): Promise<string | undefined> {
  const row = await read.selectFrom('installation').select('value').where('key', '=', toldKey).executeTakeFirst()
  return row?.value
}

/** Writes down that the daily line of a day is told, or that the days begin to be counted. */
export async function noteDailyTold(tx: Tx, day: string): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ key: toldKey, value: day })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value: day }))
    .execute()
}

/** What every machine has cost within a span, until now, in millionths of a dollar. */
export async function spentWithin(read: Reader, span: Span, now: Date): Promise<number> {
  const rows = await read
    .selectFrom('costs')
    .selectAll()
    .where('microdollars_per_hour', '>', 0)
    .where('from_at', '<', new Date(span.toMs).toISOString())
    .where(eb => eb.or([eb('to_at', 'is', null), eb('to_at', '>=', new Date(span.fromMs).toISOString())]))
    .execute()
  return toMicrodollars(rows.reduce((sum, row) => sum + chargeWithin(accountOf(row), span, now.getTime()), 0))
}
