import { writeEvent } from '../events.ts'
import type { Tx } from '../ledger.ts'
import type { Cause } from '../move-state.ts'
import { trackedTaxon } from './tracked-taxon.ts'

/** Pauses a taxon or ends its pause; false when it was so already. */
export async function pauseTaxonRow(tx: Tx, taxId: number, paused: boolean, cause: Cause): Promise<boolean> {
  const taxon = await trackedTaxon(tx, taxId)
  if ((taxon.paused === 1) === paused) return false
  await tx
    .updateTable('taxa')
    .set({ paused: paused ? 1 : 0 })
    .where('tax_id', '=', taxId)
    .execute()
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: paused ? 'pause' : 'resume' }, { ...cause, taxId })
  return true
}
