import { chargeUntil, chargeWithin } from '../../core/account.ts'
import { emptyPurse, restOf, type Budget, type Purse } from '../../core/budget.ts'
import { monthAt } from '../../core/month.ts'
import { accountOf } from './costs.ts'
import type { Reader } from './ledger.ts'

/** An attempt with machines that are there, or money that is set aside for them. Sums are in parts. */
export interface AttemptMoney {
  attemptId: string
  taxId: number
  reservedMicrodollars: number
  /** Charged for all its machines, in whatever month. */
  charged: number
}

/** What is spent and set aside in the month of an instant: for everything, and by the taxon that is charged. */
export async function readBudget(read: Reader, now: Date): Promise<Budget> {
  const month = monthAt(now.getTime())
  // Two reads, each by its own index: what is there, and what ended in this month.
  const priced = read.selectFrom('costs').selectAll().where('microdollars_per_hour', '>', 0)
  const rows = [
    ...(await priced.where('to_at', 'is', null).execute()),
    ...(await priced.where('to_at', '>=', new Date(month.fromMs).toISOString()).execute()),
  ]
  const purses = new Map<number, Purse>()
  let all = emptyPurse
  const add = (taxId: number | null, { spent, reserved }: Purse) => {
    all = { spent: all.spent + spent, reserved: all.reserved + reserved }
    if (taxId === null) return
    const purse = purses.get(taxId) ?? emptyPurse
    purses.set(taxId, { spent: purse.spent + spent, reserved: purse.reserved + reserved })
  }
  for (const row of rows) add(row.charged_tax_id, { spent: chargeWithin(accountOf(row), month, now.getTime()), reserved: 0 })
  for (const one of await standingReservations(read, now))
    add(one.taxId, { spent: 0, reserved: restOf(one.reservedMicrodollars, one.charged) })
  return { all, taxa: purses }
}

/** Reservations that stand, with what was drawn on each. */
export async function standingReservations(read: Reader, now: Date): Promise<AttemptMoney[]> {
  const reservations = read.selectFrom('reservations').select(['attempt_id', 'charged_tax_id', 'microdollars'])
  const standing = [
    ...(await reservations.where('freed_at', 'is', null).execute()),
    ...(await reservations.where('freed_at', '>', now.toISOString()).execute()),
  ]
  const charged = await chargesOf(
    read,
    standing.map(row => row.attempt_id),
    now,
  )
  return standing.map(row => ({
    attemptId: row.attempt_id,
    taxId: row.charged_tax_id,
    reservedMicrodollars: row.microdollars,
    charged: charged.get(row.attempt_id) ?? 0,
  }))
}

/** What the machines of each attempt have been charged until now, in parts. */
export async function chargesOf(read: Reader, attemptIds: readonly string[], now: Date): Promise<Map<string, number>> {
  const charges = new Map<string, number>()
  if (attemptIds.length === 0) return charges
  const rows = await read.selectFrom('costs').selectAll().where('attempt_id', 'in', attemptIds).execute()
  for (const row of rows) {
    const attemptId = row.attempt_id ?? ''
    charges.set(attemptId, (charges.get(attemptId) ?? 0) + chargeUntil(accountOf(row), now.getTime()))
  }
  return charges
}
