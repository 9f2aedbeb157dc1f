import type { Selectable } from 'kysely'
import type { Manifest } from '../../transfer/manifest.ts'
import type { Reader, Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'
import { markUnjudged } from './verdicts.ts'
import type { ReceiptsTable } from './tables.ts'

export type ReceiptRow = Selectable<ReceiptsTable>

/** What a collector proved at home. */
export interface NewReceipt {
  id: string
  deliveryId: string
  attemptId: string | null
  runAccession: string
  collector: string
  relativePath: string
  manifest: Manifest
  versions: Record<string, string>
}

/**
 * Acknowledges a proof: the receipt is written, the delivery is delivered, and the attempt's run points at the receipt.
 * The first receipt of a delivery wins; a later copy is surplus and points at the first. Again is the same as once.
 */
export async function acknowledgeReceipt(tx: Tx, receipt: NewReceipt, cause: Cause): Promise<void> {
  const first = await tx.selectFrom('receipts').select('id').where('delivery_id', '=', receipt.deliveryId).executeTakeFirst()
  if (first === undefined) await insertReceipt(tx, receipt, cause)
  await proveDelivery(tx, receipt, cause)
  if (receipt.attemptId === null) return
  await tx
    .updateTable('attempt_runs')
    .set({ receipt_id: first?.id ?? receipt.id, collect_failures: 0, collect_error: '', next_collect_at: null })
    .where('attempt_id', '=', receipt.attemptId)
    .where('run_accession', '=', receipt.runAccession)
    .execute()
}

async function proveDelivery(tx: Tx, receipt: NewReceipt, cause: Cause): Promise<void> {
  const delivery = await tx
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
    .select(['d.state', 'd.revision', 'r.revision as run_revision'])
    .where('d.id', '=', receipt.deliveryId)
    .executeTakeFirst()
  if (delivery === undefined) return
  if (delivery.state === 'batched' || delivery.state === 'wanted') {
    await moveDelivery(tx, receipt.deliveryId, { seen: delivery.state, event: 'prove' }, cause, { reason: null, detail: '' })
  }
  // The archive changed the files meanwhile, or a taxon asks for more than this keeps: that is owed, now that this delivery is closed.
  if (delivery.revision !== delivery.run_revision || (await isAwaited(tx, receipt))) await markUnjudged(tx, receipt.runAccession)
}

/** Whether a taxon accepts the run and does not point at this delivery. */
async function isAwaited(tx: Tx, { runAccession, deliveryId }: NewReceipt): Promise<boolean> {
  const waits = await tx
    .selectFrom('verdicts as v')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select('v.tax_id')
    .where('v.run_accession', '=', runAccession)
    .where('v.verdict', '=', 'accepted')
    .where('v.skip', 'is', null)
    .where(eb => eb.or([eb('v.delivery_id', 'is', null), eb('v.delivery_id', '<>', deliveryId)]))
    .where('t.state', '<>', 'removed')
    .executeTakeFirst()
  return waits !== undefined
}

async function insertReceipt(tx: Tx, receipt: NewReceipt, cause: Cause): Promise<void> {
  await tx
    .insertInto('receipts')
    .values({
      id: receipt.id,
      delivery_id: receipt.deliveryId,
      attempt_id: receipt.attemptId,
      run_accession: receipt.runAccession,
      collector: receipt.collector,
      relative_path: receipt.relativePath,
      files_json: JSON.stringify(receipt.manifest),
      total_bytes: receipt.manifest.reduce((sum, file) => sum + file.bytes, 0),
      versions_json: JSON.stringify(receipt.versions),
      stored_at: cause.at.toISOString(),
    })
    .execute()
}

/** Taxa that accept a run through this delivery, or did when it was last judged: they get a link to it, removed ones too. */
export async function taxaOfDelivery(read: Reader, deliveryId: string): Promise<number[]> {
  const rows = await read
    .selectFrom('deliveries as d')
    // By its run: no index leads from a delivery to those who point at it.
    .innerJoin('verdicts as v', join => join.onRef('v.run_accession', '=', 'd.run_accession').onRef('v.delivery_id', '=', 'd.id'))
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select('v.tax_id')
    .where('d.id', '=', deliveryId)
    .where('v.verdict', 'in', ['accepted', 'unjudged'])
    .orderBy('v.tax_id')
    .execute()
  return rows.map(row => row.tax_id)
}
