import { partsPerMicrodollar, type Price } from '../../core/cost.ts'
import { priceOf } from './costs.ts'
import type { Reader } from './ledger.ts'
import { chargesOf } from './read-budget.ts'

/** An attempt whose machine is there, and whose machines have drawn all that was set aside. */
export interface ExhaustedReserve {
  attemptId: string
  workerName: string
  taxId: number
  price: Price
  /** What was set aside; 0: nothing ever was. */
  reservedMicrodollars: number
  /** Charged until now, in parts. */
  charged: number
}

/** Attempts with machines that are there and cost money, where nothing is left of what was set aside. */
export async function exhaustedReserves(read: Reader, now: Date): Promise<ExhaustedReserve[]> {
  const rows = await read
    .selectFrom('costs as c')
    .innerJoin('attempts as a', 'a.id', 'c.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .leftJoin('reservations as r', 'r.attempt_id', 'a.id')
    .select(['a.id', 'a.worker_name', 'b.charged_tax_id', 'r.microdollars as reserved'])
    .select(['c.microdollars_per_hour', 'c.minimum_seconds', 'c.minimum_microdollars'])
    .where('c.to_at', 'is', null)
    .where('c.microdollars_per_hour', '>', 0)
    .orderBy('a.id')
    .orderBy('c.from_at')
    .execute()
  const first = rows.filter((row, place) => rows.findIndex(other => other.id === row.id) === place)
  const charges = await chargesOf(
    read,
    first.map(row => row.id),
    now,
  )
  return first.flatMap(row => {
    const charged = charges.get(row.id) ?? 0
    const reservedMicrodollars = row.reserved ?? 0
    if (charged < reservedMicrodollars * partsPerMicrodollar) return []
    const { id, worker_name: workerName, charged_tax_id: taxId } = row
    return [{ attemptId: id, workerName, taxId, price: priceOf(row), reservedMicrodollars, charged }]
  })
}
