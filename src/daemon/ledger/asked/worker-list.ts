import { sql } from 'kysely'
import type { Progress } from '../../../api/closing.ts'
import type { WorkerRow } from '../../../api/workers.ts'
import type { Reader } from '../ledger.ts'
import { costsOfAttempts } from './costs-of.ts'

/** A page of workers, the newest first; those that are destroyed only when asked for. */
export async function workerList(
  read: Reader,
  which: { gone: boolean; after: string | undefined; limit: number; now: Date },
): Promise<{ rows: WorkerRow[]; next: string | null }> {
  let query = read
    .selectFrom('workers as w')
    .leftJoin('attempts as a', 'a.id', 'w.attempt_id')
    .leftJoin('batches as b', 'b.id', 'a.batch_id')
    .selectAll('w')
    .select(['a.number', 'a.last_beat_at', 'a.progress_json', 'b.name as batch_name'])
    .orderBy('w.requested_at', 'desc')
    .orderBy('w.name', 'desc')
    .limit(which.limit + 1)
  if (!which.gone) query = query.where('w.state', '<>', 'destroyed')
  const [requestedAt, name] = which.after?.split(' ') ?? []
  if (requestedAt !== undefined && name !== undefined) {
    query = query.where(sql<boolean>`(w.requested_at, w.name) < (${requestedAt}, ${name})`)
  }
  const found = await query.execute()
  const page = found.slice(0, which.limit)
  const costs = await costsOfAttempts(
    read,
    page.map(row => row.attempt_id),
    which.now,
  )
  const rows = page.map((row): WorkerRow => ({
    name: row.name,
    state: row.state,
    provider: row.provider,
    machineId: row.machine_id,
    address: row.address,
    batch: row.batch_name ?? '',
    attempt: row.number ?? 0,
    requestedAt: row.requested_at,
    lastBeatAt: row.last_beat_at,
    progress: row.progress_json === null ? null : (JSON.parse(row.progress_json) as Progress),
    ending: row.ending,
    heldSince: row.held_since,
    microdollars: costs.get(row.attempt_id)?.microdollars ?? 0,
    dailyMicrodollars: costs.get(row.attempt_id)?.dailyMicrodollars ?? 0,
  }))
  const last = found.length > which.limit ? found[which.limit - 1] : undefined
  return { rows, next: last === undefined ? null : `${last.requested_at} ${last.name}` }
}
