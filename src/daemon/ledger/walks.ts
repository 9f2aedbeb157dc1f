import type { Tx } from './ledger.ts'
import type { TaxonRow } from './taxa.ts'

/*
 * When what a taxon's runs are judged by, or what is owed for them, changes, all its runs are gone through anew, page by page. How far
 * that came lies in `taxa`, so that it goes on where a death, or the end of a heartbeat, cut it off.
 */

/** Stands in the place of a standing while runs are judged under different ones: no standing is called so. */
const mixed = 'mixed'

/**
 * Notes, with the verdicts and in the same transaction, that runs of a taxon are judged under this standing. If it was gone through
 * under another one, only a walk to the end makes them all alike, even back to that: a change may be taken back before its walk has
 * ended, or begun. A walk towards any other standing has to begin anew.
 */
export async function judgeUnder(
  tx: Tx,
  before: Pick<TaxonRow, 'tax_id' | 'filter_set' | 'walk_set'>,
  standing: string,
): Promise<void> {
  const isAlike = before.filter_set === standing || before.filter_set === ''
  const goesOn = before.walk_set === standing || before.walk_set === ''
  if (before.filter_set === (isAlike ? standing : mixed) && goesOn) return
  await tx
    .updateTable('taxa')
    .set({ filter_set: isAlike ? standing : mixed, ...(goesOn ? {} : { walk_set: '', walked_to: '' }) })
    .where('tax_id', '=', before.tax_id)
    .execute()
}

/** A taxon that was never gone through: none of its runs is judged yet, so there is nothing to go through. */
export async function beginStanding(tx: Tx, taxId: number, standing: string): Promise<void> {
  await tx.updateTable('taxa').set({ filter_set: standing }).where('tax_id', '=', taxId).where('filter_set', '=', '').execute()
}

/** The run behind which the walk towards this standing goes on; empty when it has yet to begin. */
export async function walkOf(tx: Tx, taxId: number, standing: string): Promise<string> {
  const row = await tx.selectFrom('taxa').select(['walk_set', 'walked_to']).where('tax_id', '=', taxId).executeTakeFirst()
  return row?.walk_set === standing ? row.walked_to : ''
}

/** Notes how far a walk came. */
export async function noteWalk(tx: Tx, taxId: number, standing: string, walkedTo: string): Promise<void> {
  await tx.updateTable('taxa').set({ walk_set: standing, walked_to: walkedTo }).where('tax_id', '=', taxId).execute()
}

/** All runs were gone through. */
export async function endWalk(tx: Tx, taxId: number, standing: string): Promise<void> {
  await tx.updateTable('taxa').set({ filter_set: standing, walk_set: '', walked_to: '' }).where('tax_id', '=', taxId).execute()
}
