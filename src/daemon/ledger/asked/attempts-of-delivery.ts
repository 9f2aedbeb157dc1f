import type { RunFate } from '../../../api/run-fate.ts'
import type { Reader } from '../ledger.ts'
import { costsOfAttempts } from './costs-of.ts'
import { explainReason } from './explain-reason.ts'

type AttemptSide = RunFate['deliveries'][number]['attempts'][number]

/** Every attempt that held a delivery, the first one first, with the run's share of its machine's time and price. */
export async function attemptsOfDelivery(read: Reader, deliveryId: string, now: Date): Promise<AttemptSide[]> {
  const rows = await read
    .selectFrom('attempt_runs as ar')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .leftJoin('batches as b', 'b.id', 'a.batch_id')
    .leftJoin('workers as w', 'w.attempt_id', 'a.id')
    .selectAll('ar')
    .select(['a.number', 'a.worker_name', 'a.opened_at', 'a.closed_at', 'a.closed_why', 'b.name as batch_name'])
    .select(['w.machine_id', 'w.address'])
    .where('ar.delivery_id', '=', deliveryId)
    .orderBy('a.opened_at')
    .orderBy('a.number')
    .execute()
  const attempts: AttemptSide[] = []
  for (const row of rows) {
    attempts.push({
      attemptId: row.attempt_id,
      batch: row.batch_name ?? '',
      number: row.number,
      worker: row.worker_name,
      machineId: row.machine_id,
      address: row.address,
      openedAt: row.opened_at,
      closedAt: row.closed_at,
      closedWhy: row.closed_why,
      outcome: row.outcome,
      reason: row.reason === null ? null : explainReason(row.reason, row.detail),
      heardAt: row.heard_at,
      collectFailures: row.collect_failures,
      collectError: row.collect_error,
      removedAt: row.removed_at,
      ...(await shareOfMachines(read, row.attempt_id, now)),
    })
  }
  return attempts
}

/** What the machines of an attempt took until now, shared among its runs; null where no machine was ever made. */
async function shareOfMachines(
  read: Reader,
  attemptId: string,
  now: Date,
): Promise<{ machineSeconds: number | null; microdollars: number | null }> {
  const costs = (await costsOfAttempts(read, [attemptId], now)).get(attemptId)
  if (costs?.machineSeconds === undefined || costs.machineSeconds === null) return { machineSeconds: null, microdollars: null }
  const { runs } = await read
    .selectFrom('attempt_runs')
    .select(eb => eb.fn.countAll<number>().as('runs'))
    .where('attempt_id', '=', attemptId)
    .executeTakeFirstOrThrow()
  const share = Math.max(1, runs)
  return { machineSeconds: costs.machineSeconds / share, microdollars: costs.microdollars / share }
}
