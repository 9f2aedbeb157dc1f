import { sql } from 'kysely'
import type { Reader } from './ledger.ts'

/** What a batch in the queue asks of its machine, and whether it is something new. */
export interface QueuedNeed {
  batchId: string
  batchName: string
  chargedTaxId: number
  memoryGb: number
  expectedBytes: number
  /** Some run of it was never worked on by a machine. */
  isNew: boolean
}

/** The needs of some batches. */
export async function queuedNeeds(read: Reader, batchIds: readonly string[]): Promise<Map<string, QueuedNeed>> {
  if (batchIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('batches as b')
    .select(['b.id', 'b.name', 'b.charged_tax_id', 'b.memory_gb', 'b.expected_bytes'])
    .select(eb =>
      eb
        .selectFrom('deliveries as d')
        .select(sql<number>`count(*)`.as('fresh'))
        .whereRef('d.batch_id', '=', 'b.id')
        .where('d.state', '=', 'batched')
        .where(inner => inner.not(inner.exists(workedOn(read))))
        .as('fresh'),
    )
    .where('b.id', 'in', batchIds)
    .execute()
  return new Map(
    rows.map(row => [
      row.id,
      {
        batchId: row.id,
        batchName: row.name,
        chargedTaxId: row.charged_tax_id,
        memoryGb: row.memory_gb,
        expectedBytes: row.expected_bytes,
        isNew: (row.fresh ?? 0) > 0,
      },
    ]),
  )
}

/** Of these deliveries, those that a machine has worked on before: to work on them is a retry. */
export async function triedBefore(read: Reader, deliveryIds: readonly string[]): Promise<Set<string>> {
  if (deliveryIds.length === 0) return new Set()
  const rows = await read
    .selectFrom('attempt_runs as ar')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .select('ar.delivery_id')
    .distinct()
    .where('ar.delivery_id', 'in', [...deliveryIds])
    .where('a.machine_id', 'is not', null)
    .execute()
  return new Set(rows.map(row => row.delivery_id))
}

/** An attempt with a machine that held the delivery of the row outside. */
function workedOn(read: Reader) {
  return read
    .selectFrom('attempt_runs as ar')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .select('a.id')
    .where('ar.delivery_id', '=', sql.ref<string>('d.id'))
    .where('a.machine_id', 'is not', null)
}
