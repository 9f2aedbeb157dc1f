import type { Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import { acknowledgeReceipt, type NewReceipt } from './receipts.ts'

/** A delivery that lies in the library, as its receipt there says. */
export interface StoredReceipt {
  receipt: NewReceipt
  revision: string
  recipe: string
}

/**
 * Reports a receipt again to a restored ledger. The delivery is known by its id, or by run, revision and recipe; one that the ledger
 * does not know is written down as owed once, and is proved at once. Again is the same as once.
 */
export async function adoptReceipt(tx: Tx, stored: StoredReceipt, cause: Cause): Promise<void> {
  const known = await tx.selectFrom('receipts').select('id').where('delivery_id', '=', stored.receipt.deliveryId).executeTakeFirst()
  if (known !== undefined) return
  const deliveryId = await deliveryOf(tx, stored, cause)
  if (deliveryId !== undefined) await acknowledgeReceipt(tx, { ...stored.receipt, deliveryId }, cause)
}

async function deliveryOf(tx: Tx, { receipt, revision, recipe }: StoredReceipt, cause: Cause): Promise<string | undefined> {
  const byId = await tx.selectFrom('deliveries').select('id').where('id', '=', receipt.deliveryId).executeTakeFirst()
  if (byId !== undefined) return byId.id
  const alike = await tx
    .selectFrom('deliveries')
    .select(['id', 'state'])
    .where('run_accession', '=', receipt.runAccession)
    .where('revision', '=', revision)
    .where('recipe', '=', recipe)
    .execute()
  const owed = alike.find(one => one.state === 'wanted' || one.state === 'batched')
  if (owed !== undefined) return owed.id
  if (alike.some(one => one.state === 'delivered')) return undefined
  await tx
    .insertInto('deliveries')
    .values({
      id: receipt.deliveryId,
      run_accession: receipt.runAccession,
      revision,
      recipe,
      recipe_identity: null,
      state: 'wanted',
      charged_tax_id: null,
      batch_id: null,
      strikes: 0,
      alone: 0,
      memory_step: 0,
      reason: null,
      detail: '',
      wanted_at: cause.at.toISOString(),
      changed_at: cause.at.toISOString(),
    })
    .execute()
  return receipt.deliveryId
}
