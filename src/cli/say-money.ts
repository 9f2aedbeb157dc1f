import type { MoneyNow } from '../api/money.ts'
import type { Range } from '../core/forecast.ts'
import { sayDollars } from '../core/say-dollars.ts'

/** A forecast of money with its range: `about $2.10 ($1.50 to $2.70)`. */
export function sayForecast({ low, likely, high }: Range): string {
  const [least, most] = [sayDollars(low), sayDollars(high)]
  return least === most ? `about ${sayDollars(likely)}` : `about ${sayDollars(likely)} (${least} to ${most})`
}

/** What something would cost, to be put behind how long it takes; empty where machines are free, a reason where the price is not known. */
export function sayPrice(microdollars: Range | null, priceUnknown = ''): string {
  if (microdollars !== null) return `, ${sayForecast(microdollars)}`
  return priceUnknown === '' ? '' : `, at a price that is not known now (${priceUnknown})`
}

/** Money of this month in one line; empty where machines cost nothing and no cap is set. */
export function sayMoneyNow(money: MoneyNow): string {
  const { spentMicrodollars, reservedMicrodollars, capMicrodollars, softCapMicrodollars, delivered } = money
  if (spentMicrodollars === 0 && reservedMicrodollars === 0 && capMicrodollars === null && softCapMicrodollars === null) return ''
  const parts = [`${sayDollars(spentMicrodollars)} spent this month`, `${sayDollars(reservedMicrodollars)} set aside`]
  if (capMicrodollars !== null) parts.push(`of ${sayDollars(capMicrodollars)} at most`)
  if (softCapMicrodollars !== null) parts.push(`nothing new beyond ${sayDollars(softCapMicrodollars)}`)
  if (delivered > 0 && spentMicrodollars > 0) parts.push(`${sayDollars(spentMicrodollars / delivered)} for each run at home`)
  if (money.dailyMicrodollars > 0) parts.push(`machines cost ${sayDollars(money.dailyMicrodollars)} a day`)
  return parts.join(', ')
}

/** What machines cost that are held for results that are not at home; empty where none are. */
export function sayHeldCost({ heldDailyMicrodollars }: MoneyNow): string {
  return heldDailyMicrodollars === 0 ? '' : `Machines that are held for results cost ${sayDollars(heldDailyMicrodollars)} a day.`
}
