import type { PassRow } from '../../../api/passes.ts'
import type { Reader } from '../ledger.ts'

/** A page of passes that did something, the newest first. */
export async function passList(
  read: Reader,
  which: { stage: string | undefined; before: number | undefined; limit: number },
): Promise<{ rows: PassRow[]; next: string | null }> {
  let query = read
    .selectFrom('passes')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(which.limit + 1)
  if (which.stage !== undefined) query = query.where('stage', '=', which.stage)
  if (which.before !== undefined) query = query.where('id', '<', which.before)
  const found = await query.execute()
  const rows = found.slice(0, which.limit).map(row => ({
    id: row.id,
    stage: row.stage,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
    planned: row.planned,
    failed: row.failed,
    failures: JSON.parse(row.failures_json) as PassRow['failures'],
  }))
  const last = found.length > which.limit ? found[which.limit - 1] : undefined
  return { rows, next: last === undefined ? null : String(last.id) }
}
