import { sql, type Selectable } from 'kysely'
import type { BatchRow } from '../../../api/batches.ts'
import type { BatchState } from '../../../core/batch-state.ts'
import type { Reader } from '../ledger.ts'
import type { BatchesTable } from '../tables.ts'
import { costOfBatch } from './costs-of.ts'

/** Which batches, and from where on. */
export interface WhichBatches {
  taxId: number | undefined
  state: BatchState | 'open' | undefined
  /** The key of the last row of the page before. */
  after: string | undefined
  limit: number
  now: Date
}

/** A page of batches, the newest first. */
export async function batchList(read: Reader, which: WhichBatches): Promise<{ rows: BatchRow[]; next: string | null }> {
  const { taxId, state } = which
  const [createdAt = '', id = ''] = which.after?.split(' ') ?? []
  const found = await read
    .selectFrom('batches as b')
    .leftJoin('taxa as t', 't.tax_id', 'b.charged_tax_id')
    .selectAll('b')
    .select('t.scientific_name')
    .orderBy('b.created_at', 'desc')
    .orderBy('b.id', 'desc')
    .limit(which.limit + 1)
    .$if(taxId !== undefined, query => query.where('b.charged_tax_id', '=', taxId ?? 0))
    .$if(state !== undefined, query => query.where('b.state', 'in', statesOf(state)))
    .$if(id !== '', query => query.where(sql<boolean>`(b.created_at, b.id) < (${createdAt}, ${id})`))
    .execute()
  const rows = []
  for (const batch of found.slice(0, which.limit)) rows.push(await toRow(read, batch, batch.scientific_name ?? '', which.now))
  const last = found.length > which.limit ? found[which.limit - 1] : undefined
  return { rows, next: last === undefined ? null : `${last.created_at} ${last.id}` }
}

function statesOf(state: WhichBatches['state']): BatchState[] {
  if (state === undefined || state === 'open') return ['queued', 'assigned', 'started', 'finished']
  return [state]
}

async function toRow(read: Reader, batch: Selectable<BatchesTable>, scientificName: string, now: Date): Promise<BatchRow> {
  const attempt = await read
    .selectFrom('attempts')
    .select(['id', 'worker_name', 'closed_at'])
    .where('batch_id', '=', batch.id)
    .orderBy('number', 'desc')
    .executeTakeFirst()
  const counts = attempt === undefined ? await waitingRuns(read, batch.id) : await attemptRuns(read, attempt.id)
  return {
    name: batch.name,
    batchId: batch.id,
    state: batch.state,
    taxId: batch.charged_tax_id,
    scientificName,
    recipe: batch.recipe,
    ...counts,
    attemptsMade: batch.attempts_made,
    worker: attempt?.closed_at === null ? attempt.worker_name : '',
    expectedBytes: batch.expected_bytes,
    memoryGb: batch.memory_gb,
    microdollars: await costOfBatch(read, batch.id, now),
    createdAt: batch.created_at,
    changedAt: batch.changed_at,
  }
}

interface Counts {
  runs: number
  done: number
  failed: number
  delivered: number
}

async function waitingRuns(read: Reader, batchId: string): Promise<Counts> {
  const { count } = await read
    .selectFrom('deliveries')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('batch_id', '=', batchId)
    .executeTakeFirstOrThrow()
  return { runs: count, done: 0, failed: 0, delivered: 0 }
}

async function attemptRuns(read: Reader, attemptId: string): Promise<Counts> {
  const row = await read
    .selectFrom('attempt_runs')
    .select(eb => eb.fn.countAll<number>().as('runs'))
    .select([
      sql<number>`count(case when outcome = 'done' then 1 end)`.as('done'),
      sql<number>`count(case when outcome = 'failed' then 1 end)`.as('failed'),
      sql<number>`count(receipt_id)`.as('delivered'),
    ])
    .where('attempt_id', '=', attemptId)
    .executeTakeFirstOrThrow()
  return row
}
