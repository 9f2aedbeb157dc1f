import type { SetOrder } from '../../core/effective-settings.ts'
import type { Reach } from '../../core/taxon.ts'
import { writeEvent } from './events.ts'
import type { Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import { overridesOf, taxonRow } from './taxa.ts'

/**
 * Carries out what a person set for a taxon. Its runs are judged anew by the filter stage, from what is stored; only a scope that
 * widens needs the archive, by a full reconcile. False when there is no such taxon.
 */
export async function changeTaxon(tx: Tx, taxId: number, order: SetOrder, cause: Cause): Promise<boolean> {
  const known = await taxonRow(tx, taxId)
  if (known === undefined) return false
  const settings = { ...overridesOf(known), ...order.set }
  for (const key of order.unset) Reflect.deleteProperty(settings, key)
  const scope = order.scope ?? known.scope
  const widens = known.scope === 'alone' && scope === 'subtree'
  await tx
    .updateTable('taxa')
    .set({
      settings_json: JSON.stringify(settings),
      priority: order.priority ?? known.priority,
      scope,
      ...(widens ? { full_check_wanted: 1, next_check_at: cause.at.toISOString() } : {}),
      files_stale: known.files_stale + 1,
    })
    .where('tax_id', '=', taxId)
    .execute()
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: 'set' }, { ...cause, taxId })
  return true
}

/** Fixes how far back a taxon reaches. */
export async function fixReach(tx: Tx, taxId: number, reach: Reach): Promise<void> {
  await tx
    .updateTable('taxa')
    .set({ reach_json: JSON.stringify(reach) })
    .where('tax_id', '=', taxId)
    .execute()
}
