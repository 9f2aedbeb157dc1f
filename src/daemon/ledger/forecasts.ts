import { costOf, type Price } from '../../core/cost.ts'
import { forecastSeconds } from '../../core/forecast.ts'
import { basesOf, workRate } from './asked/work-rate.ts'
import type { BatchToBegin } from './batches.ts'
import type { Reader, Tx } from './ledger.ts'
import type { ForecastsTable } from './money-tables.ts'

/** What is to be expected of an attempt that begins with what is left of a batch, by what was learnt until now. */
export async function forecastOf(
  read: Reader,
  { batch, runs }: BatchToBegin,
  price: Price,
): Promise<Omit<ForecastsTable, 'attempt_id' | 'made_at'>> {
  // Of the batch as it was packed, the share of the runs that are left.
  const { expected_bytes: bytes, expected_bases: bases } = batch
  const work = { runs: runs.length, bases: basesOf(bases, bytes) }
  const { rate } = await workRate(read, batch.recipe)
  const seconds = Math.round(forecastSeconds(work, rate).likely)
  return { ...work, bytes, seconds, microdollars: costOf(price, seconds) }
}

/** Writes down what was expected of an attempt, for later comparison. */
export async function noteForecast(
  tx: Tx,
  attemptId: string,
  forecast: Omit<ForecastsTable, 'attempt_id' | 'made_at'>,
  at: Date,
): Promise<void> {
  await tx
    .insertInto('forecasts')
    .values({ attempt_id: attemptId, ...forecast, made_at: at.toISOString() })
    .onConflict(conflict => conflict.column('attempt_id').doNothing())
    .execute()
}
