import type { MoneyNow } from '../../../api/money.ts'
import type { Spend } from '../../../core/budget.ts'
import { toMicrodollars } from '../../../core/cost.ts'
import type { Reader } from '../ledger.ts'
import { readBudget } from '../read-budget.ts'

/** Money of the month of an instant, and what machines that are there go on to cost. */
export async function moneyNow(read: Reader, now: Date, spend: Spend | undefined): Promise<MoneyNow> {
  const { all } = await readBudget(read, now)
  const machines = await read
    .selectFrom('costs as c')
    .leftJoin('workers as w', 'w.attempt_id', 'c.attempt_id')
    .select(['c.machine_id', 'c.microdollars_per_hour', 'w.held_since'])
    .where('c.to_at', 'is', null)
    .where('c.microdollars_per_hour', '>', 0)
    .execute()
  const daily = (rows: typeof machines) => rows.reduce((sum, row) => sum + row.microdollars_per_hour * 24, 0)
  return {
    spentMicrodollars: toMicrodollars(all.spent),
    reservedMicrodollars: toMicrodollars(all.reserved),
    capMicrodollars: spend?.monthMicrodollars ?? null,
    softCapMicrodollars: spend?.monthSoftMicrodollars ?? null,
    dailyMicrodollars: daily(machines),
    heldDailyMicrodollars: daily(machines.filter(row => row.held_since !== null)),
    delivered: await deliveredThisMonth(read, now),
  }
}

/** Runs that came home this month. */
async function deliveredThisMonth(read: Reader, now: Date): Promise<number> {
  const { count } = await read
    .selectFrom('receipts')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('stored_at', '>=', now.toISOString().slice(0, 7))
    .executeTakeFirstOrThrow()
  return count
}
