import { chargeUntil } from '../../../core/account.ts'
import { toMicrodollars } from '../../../core/cost.ts'
import { accountOf } from '../costs.ts'
import type { Reader } from '../ledger.ts'

/** What the machines of an attempt, or of several, come to. */
export interface MachineCosts {
  /** Until now, in millionths of a dollar. */
  microdollars: number
  /** In a day, of those that are there. */
  dailyMicrodollars: number
  /** Time that they were there, in seconds; null where none ever was. */
  machineSeconds: number | null
}

/** Costs by attempt; an attempt that never had a machine is left out. */
export async function costsOfAttempts(
  read: Reader,
  attemptIds: readonly string[],
  now: Date,
): Promise<Map<string, MachineCosts>> {
  if (attemptIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('costs')
    .selectAll()
    .where('attempt_id', 'in', [...attemptIds])
    .execute()
  const byAttempt = Map.groupBy(rows, row => row.attempt_id ?? '')
  return new Map(
    [...byAttempt].map(([attemptId, machines]) => {
      const accounts = machines.map(accountOf)
      const nowMs = now.getTime()
      return [
        attemptId,
        {
          microdollars: toMicrodollars(accounts.reduce((sum, account) => sum + chargeUntil(account, nowMs), 0)),
          dailyMicrodollars: machines.reduce((sum, row) => sum + (row.to_at === null ? row.microdollars_per_hour * 24 : 0), 0),
          machineSeconds: accounts.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, (toMs ?? nowMs) - fromMs) / 1000, 0),
        },
      ]
    }),
  )
}

/** What all attempts of a batch have cost until now, in millionths of a dollar. */
export async function costOfBatch(read: Reader, batchId: string, now: Date): Promise<number> {
  const attempts = await read.selectFrom('attempts').select('id').where('batch_id', '=', batchId).execute()
  const costs = await costsOfAttempts(
    read,
    attempts.map(({ id }) => id),
    now,
  )
  return [...costs.values()].reduce((sum, { microdollars }) => sum + microdollars, 0)
}
