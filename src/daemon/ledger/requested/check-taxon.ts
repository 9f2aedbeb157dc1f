import { writeEvent } from '../events.ts'
import type { Tx } from '../ledger.ts'
import type { Cause } from '../move-state.ts'
import { trackedTaxon } from './tracked-taxon.ts'

/** Makes a taxon's check due now; `full`: every run is compared with the archive. */
export async function askForCheck(tx: Tx, taxId: number, full: boolean, cause: Cause): Promise<void> {
  await trackedTaxon(tx, taxId)
  await tx
    .updateTable('taxa')
    .set({ next_check_at: cause.at.toISOString(), ...(full ? { full_check_wanted: 1 } : {}) })
    .where('tax_id', '=', taxId)
    .execute()
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: full ? 'full check asked for' : 'check asked for' }, { ...cause, taxId })
}
