import type { Selectable } from 'kysely'
import type { Reach, Scope } from '../../core/taxon.ts'
import { writeEvent } from './events.ts'
import type { Reader, Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import type { TaxaTable } from './tables.ts'

export type TaxonRow = Selectable<TaxaTable>

/** A taxon that a person wants to be tracked. */
export interface NewTaxon {
  /** The id as the person gave it, and the one it resolves to. */
  taxId: number
  resolvedTaxId: number
  scientificName: string
  rank: string
  scope: Scope
  reach: Reach
  priority: number
  /** As `readSetOrder` tidied them. */
  settings: Readonly<Record<string, string>>
}

/** The taxon of this id, tracked or not. */
export function taxonRow(read: Reader, taxId: number): Promise<TaxonRow | undefined> {
  return read.selectFrom('taxa').selectAll().where('tax_id', '=', taxId).executeTakeFirst()
}

/** The taxa of these ids. */
export async function taxonRows(read: Reader, taxIds: readonly number[]): Promise<TaxonRow[]> {
  if (taxIds.length === 0) return []
  return read.selectFrom('taxa').selectAll().where('tax_id', 'in', taxIds).execute()
}

/** Every taxon, in the order of the ids; those that were removed only when asked for. */
export function allTaxa(read: Reader, { removed }: { removed: boolean }): Promise<TaxonRow[]> {
  const query = read.selectFrom('taxa').selectAll().orderBy('tax_id')
  return (removed ? query : query.where('state', '<>', 'removed')).execute()
}

/** How far back it reaches. */
export function reachOf(row: Pick<TaxonRow, 'reach_json'>): Reach {
  return JSON.parse(row.reach_json) as Reach
}

/** What was set for it alone. */
export function overridesOf(row: Pick<TaxonRow, 'settings_json'>): Record<string, string> {
  return JSON.parse(row.settings_json) as Record<string, string>
}

/**
 * Begins to track a taxon. One that was removed is revived with all it had, and given settings go over the old ones; its reach stays
 * as it was when `reach` is undefined. One that is tracked already stays as it is.
 */
export async function trackTaxon(
  tx: Tx,
  taxon: Omit<NewTaxon, 'reach'> & { reach: Reach | undefined },
  cause: Cause,
): Promise<'new' | 'revived' | 'known'> {
  const known = await taxonRow(tx, taxon.taxId)
  if (known !== undefined && known.state !== 'removed') return 'known'
  const event = known === undefined ? 'added' : 'revived'
  if (known === undefined) await insertTaxon(tx, { ...taxon, reach: taxon.reach ?? { kind: 'all' } }, cause.at)
  else await reviveTaxon(tx, known, taxon, cause.at)
  await writeEvent(
    tx,
    { subject: 'taxon', subjectId: String(taxon.taxId), event, to: 'tracked' },
    { ...cause, taxId: taxon.taxId },
  )
  return known === undefined ? 'new' : 'revived'
}

async function insertTaxon(tx: Tx, taxon: NewTaxon, at: Date): Promise<void> {
  await tx
    .insertInto('taxa')
    .values({
      tax_id: taxon.taxId,
      resolved_tax_id: taxon.resolvedTaxId,
      scientific_name: taxon.scientificName,
      rank: taxon.rank,
      scope: taxon.scope,
      state: 'tracked',
      paused: 0,
      priority: taxon.priority,
      settings_json: JSON.stringify(taxon.settings),
      reach_json: JSON.stringify(taxon.reach),
      added_at: at.toISOString(),
      removed_at: null,
      last_checked: null,
      last_full_check: null,
      next_check_at: at.toISOString(),
      check_failures: 0,
      full_check_wanted: 0,
      warning: '',
      filter_set: '',
      files_stale: 1,
      metadata_stale: 1,
      files_written_at: null,
    })
    .execute()
}

async function reviveTaxon(
  tx: Tx,
  known: TaxonRow,
  taxon: Omit<NewTaxon, 'reach'> & { reach: Reach | undefined },
  at: Date,
): Promise<void> {
  await tx
    .updateTable('taxa')
    .set({
      state: 'tracked',
      removed_at: null,
      paused: 0,
      scope: taxon.scope,
      settings_json: JSON.stringify({ ...overridesOf(known), ...taxon.settings }),
      ...(taxon.reach === undefined ? {} : { reach_json: JSON.stringify(taxon.reach) }),
      next_check_at: at.toISOString(),
      // What changed while nobody looked is seen at once; an incremental check would miss what was withdrawn.
      full_check_wanted: 1,
      check_failures: 0,
      files_stale: known.files_stale + 1,
      metadata_stale: known.metadata_stale + 1,
    })
    .where('tax_id', '=', taxon.taxId)
    .execute()
}

/** Stops finding and queueing; what it has, what has started and its history stay. False when it is not tracked. */
export async function removeTaxon(tx: Tx, taxId: number, cause: Cause): Promise<boolean> {
  const known = await taxonRow(tx, taxId)
  if (known === undefined || known.state === 'removed') return false
  await tx.updateTable('taxa').set({ state: 'removed', removed_at: cause.at.toISOString() }).where('tax_id', '=', taxId).execute()
  const happening = { subject: 'taxon', subjectId: String(taxId), event: 'removed', from: known.state, to: 'removed' } as const
  await writeEvent(tx, happening, { ...cause, taxId })
  return true
}

/** Pauses or resumes a taxon; a paused one is neither checked nor worked on. False when that changes nothing. */
export async function pauseTaxon(tx: Tx, taxId: number, paused: boolean, cause: Cause): Promise<boolean> {
  const changed = await tx
    .updateTable('taxa')
    .set({ paused: paused ? 1 : 0 })
    .where('tax_id', '=', taxId)
    .where('state', '<>', 'removed')
    .where('paused', '=', paused ? 0 : 1)
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) return false
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: paused ? 'paused' : 'resumed' }, { ...cause, taxId })
  return true
}

/** Asks for a check at the next pass; a full reconcile if so wished. False when the taxon is not tracked. */
export async function wantCheck(tx: Tx, taxId: number, isFull: boolean, cause: Cause): Promise<boolean> {
  const changed = await tx
    .updateTable('taxa')
    .set({ next_check_at: cause.at.toISOString(), ...(isFull ? { full_check_wanted: 1 } : {}) })
    .where('tax_id', '=', taxId)
    .where('state', '<>', 'removed')
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) return false
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: 'check asked' }, { ...cause, taxId })
  return true
}
