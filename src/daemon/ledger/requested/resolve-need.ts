import type { AttentionRow } from '../../../api/attention.ts'
import type { Tx } from '../ledger.ts'
import type { Cause } from '../move-state.ts'
import { writeEvent } from '../events.ts'

/** Closes one need that is open; false when somebody was quicker. */
export async function closeNeed(tx: Tx, need: AttentionRow, resolution: string, cause: Cause): Promise<boolean> {
  const closed = await tx
    .updateTable('attention')
    .set({ resolved_at: cause.at.toISOString(), resolution, resolved_by: cause.byWhom })
    .where('id', '=', need.id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  if (closed.numUpdatedRows === 0n) return false
  const taxId = need.subject === 'taxon' ? Number(need.subjectId) : null
  const subjectId = `${need.subject} ${need.subjectId}`
  await writeEvent(
    tx,
    { subject: 'attention', subjectId, event: 'resolved' },
    { ...cause, why: `${need.cause}: ${resolution}`, taxId },
  )
  return true
}

/** What a retry means beside the runs that failed: the archive is asked at once, and transfers that were given up are tried again. */
export async function tryAgainAfter(tx: Tx, need: AttentionRow, cause: Cause): Promise<void> {
  if (need.subject !== 'taxon') return
  const taxId = Number(need.subjectId)
  await tx
    .updateTable('taxa')
    .set({ next_check_at: cause.at.toISOString(), check_failures: 0 })
    .where('tax_id', '=', taxId)
    .execute()
  await collectAgain(tx, taxId)
}

/** Transfers of a taxon's runs that failed too often begin to count anew. */
async function collectAgain(tx: Tx, taxId: number): Promise<void> {
  await tx
    .updateTable('attempt_runs')
    .set({ collect_failures: 0, next_collect_at: null, collect_error: '' })
    .where('receipt_id', 'is', null)
    .where('collect_failures', '>', 0)
    .where('delivery_id', 'in', eb =>
      eb
        .selectFrom('deliveries as d')
        .innerJoin('verdicts as v', join =>
          join.onRef('v.run_accession', '=', 'd.run_accession').onRef('v.delivery_id', '=', 'd.id'),
        )
        .select('d.id')
        .where('v.tax_id', '=', taxId)
        .where('d.state', 'in', ['batched', 'wanted']),
    )
    .execute()
}
