import { adoptRun } from './adopt-run.ts'
import { writeEvent } from './events.ts'
import type { Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'
import { acknowledgeReceipt, type NewReceipt } from './receipts.ts'
import { markUnjudged } from './verdicts.ts'

/** A delivery that lies in the library, as its receipt there says. */
export interface StoredReceipt {
  receipt: NewReceipt
  revision: string
  recipe: string
  recipeIdentity: string
}

/**
 * Reports a receipt again to a restored ledger. The delivery is known by its id, or by run, revision and recipe; one that the ledger
 * does not know is written down as delivered. Taxa that know the run decide anew what is owed for it. Again is the same as once.
 */
export async function adoptReceipt(tx: Tx, stored: StoredReceipt, cause: Cause): Promise<void> {
  const { receipt, revision } = stored
  const known = await tx.selectFrom('receipts').select('id').where('delivery_id', '=', receipt.deliveryId).executeTakeFirst()
  if (known !== undefined) return
  const { runAccession } = receipt
  await adoptRun(tx, { runAccession, revision, readFiles: [], sampleAccession: '', taxId: 0 }, cause.at)
  const deliveryId = await deliveryOf(tx, stored, cause)
  if (deliveryId === undefined) return
  await acknowledgeReceipt(tx, { ...receipt, deliveryId }, cause)
  await tx.updateTable('deliveries').set({ recipe_identity: stored.recipeIdentity }).where('id', '=', deliveryId).execute()
  await markUnjudged(tx, runAccession)
}

/** The delivery that it proves, made ready to be proved; undefined when that one is at home already. */
async function deliveryOf(tx: Tx, stored: StoredReceipt, cause: Cause): Promise<string | undefined> {
  const { receipt, revision, recipe } = stored
  const rows = await tx
    .selectFrom('deliveries')
    .select(['id', 'state', 'revision'])
    .where('run_accession', '=', receipt.runAccession)
    .where('recipe', '=', recipe)
    .execute()
  const isOpen = (row: (typeof rows)[number]) => row.state === 'wanted' || row.state === 'batched'
  const owed = rows.find(row => row.revision === revision && isOpen(row))
  const own = rows.find(row => row.id === receipt.deliveryId)
  if (own === undefined) {
    if (owed !== undefined) return owed.id
    if (rows.some(row => row.revision === revision && row.state === 'delivered')) return undefined
    await insertDelivered(tx, stored, cause)
    return receipt.deliveryId
  }
  if (own.state !== 'failed' && own.state !== 'dropped') return own.id
  // It was owed again and delivered after the backup; where another delivery of the run is owed by now, that one is proved.
  if (rows.some(isOpen)) return owed?.id
  const move =
    own.state === 'failed' ? ({ seen: 'failed', event: 'retry' } as const) : ({ seen: 'dropped', event: 'want' } as const)
  await moveDelivery(tx, own.id, move, cause, { reason: null, detail: '' })
  return own.id
}

async function insertDelivered(
  tx: Tx,
  { receipt, revision, recipe, recipeIdentity }: StoredReceipt,
  cause: Cause,
): Promise<void> {
  const at = cause.at.toISOString()
  await tx
    .insertInto('deliveries')
    .values({
      id: receipt.deliveryId,
      run_accession: receipt.runAccession,
      revision,
      recipe,
      recipe_identity: recipeIdentity,
      state: 'delivered',
      charged_tax_id: null,
      batch_id: null,
      strikes: 0,
      alone: 0,
      memory_step: 0,
      reason: null,
      detail: '',
      wanted_at: at,
      changed_at: at,
    })
    .execute()
  await writeEvent(tx, { subject: 'delivery', subjectId: receipt.deliveryId, event: 'adopted', to: 'delivered' }, cause)
}
