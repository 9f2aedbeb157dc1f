import { sql, type Selectable, type Updateable } from 'kysely'
import type { Reach } from '../../core/taxon.ts'
import { closeAttention, openAttention, type Need } from './attention.ts'
import { writeEvent } from './events.ts'
import type { Reader, Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import type { ChecksTable, TaxaTable } from './tables.ts'
import { reachOf, taxonRow, type TaxonRow } from './taxa.ts'

/** A taxon that may be checked. */
export interface DueTaxon {
  taxId: number
  priority: number
  lastChecked: string | null
  lastFullCheck: string | null
  fullCheckWanted: number
}

/** Taxa whose next check has come; neither removed nor paused nor among `heldBack`. One that the taxonomy deleted is due once a person resolved that. */
export async function taxaDue(read: Reader, now: Date, heldBack: readonly number[]): Promise<DueTaxon[]> {
  const rows = await read
    .selectFrom('taxa')
    .select(['tax_id', 'priority', 'last_checked', 'last_full_check', 'full_check_wanted'])
    .where('state', 'in', ['tracked', 'deleted'])
    .where('paused', '=', 0)
    .where('next_check_at', '<=', now.toISOString())
    .$if(heldBack.length > 0, query => query.where('tax_id', 'not in', heldBack))
    .execute()
  return rows.map(row => ({
    taxId: row.tax_id,
    priority: row.priority,
    lastChecked: row.last_checked,
    lastFullCheck: row.last_full_check,
    fullCheckWanted: row.full_check_wanted,
  }))
}

/** A check that has begun, and what it is about. */
export interface BegunCheck {
  id: number
  taxon: TaxonRow
  reach: Reach
  isFull: boolean
  begunAt: Date
}

/** Writes down that a check begins; undefined when the taxon is no longer to be checked. Checks that a death cut off are closed. */
export async function beginCheck(tx: Tx, taxId: number, isFull: boolean, at: Date): Promise<BegunCheck | undefined> {
  const taxon = await taxonRow(tx, taxId)
  if (taxon === undefined || taxon.state === 'removed' || taxon.paused === 1) return undefined
  await tx
    .updateTable('checks')
    .set({ ended_at: at.toISOString(), outcome: 'failed', why: 'it was cut off' })
    .where('tax_id', '=', taxId)
    .where('ended_at', 'is', null)
    .execute()
  const { id } = await tx
    .insertInto('checks')
    .values({
      tax_id: taxId,
      kind: isFull ? 'full' : 'incremental',
      begun_at: at.toISOString(),
      ended_at: null,
      archive_at: null,
      outcome: 'begun',
      count_before: null,
      count_after: null,
      rows_seen: 0,
      new_runs: 0,
      changed_runs: 0,
      gone_runs: 0,
      why: '',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, taxon, reach: reachOf(taxon), isFull, begunAt: at }
}

/** What a check saw. */
export type CheckCounts = Pick<
  Selectable<ChecksTable>,
  'archive_at' | 'count_before' | 'count_after' | 'rows_seen' | 'new_runs' | 'changed_runs' | 'gone_runs'
>

/** What is known before anything was seen. */
export const nothingSeen: CheckCounts = {
  archive_at: null,
  count_before: null,
  count_after: null,
  rows_seen: 0,
  new_runs: 0,
  changed_runs: 0,
  gone_runs: 0,
}

/** Closes a check with its outcome, and sets what that means for its taxon. */
export async function endCheck(
  tx: Tx,
  check: BegunCheck,
  ended: { outcome: 'good' | 'refused' | 'failed'; why: string; counts: CheckCounts; taxon: Updateable<TaxaTable> },
  cause: Cause,
): Promise<void> {
  const { tax_id: taxId } = check.taxon
  const { outcome, why, counts } = ended
  await tx
    .updateTable('checks')
    .set({ ...counts, outcome, why, kind: check.isFull ? 'full' : 'incremental', ended_at: cause.at.toISOString() })
    .where('id', '=', check.id)
    .execute()
  await setTaxon(tx, check.taxon, ended.taxon)
  const numbers = `rows=${counts.rows_seen} new=${counts.new_runs} changed=${counts.changed_runs} missing=${counts.gone_runs}`
  const said = [`check=${check.isFull ? 'full' : 'incremental'} outcome=${outcome} ${numbers}`, why]
    .filter(part => part !== '')
    .join(' · ')
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: `check ${outcome}` }, { ...cause, why: said, taxId })
}

/** A check may take long: what people asked meanwhile stands, and a taxon that they removed stays removed. */
async function setTaxon(tx: Tx, begun: TaxonRow, ended: Updateable<TaxaTable>): Promise<void> {
  const now = await taxonRow(tx, begun.tax_id)
  if (now === undefined || now.state === 'removed') return
  const set = { ...ended }
  if (now.next_check_at !== begun.next_check_at || now.full_check_wanted !== begun.full_check_wanted) {
    delete set.next_check_at
    delete set.full_check_wanted
  }
  if (now.reach_json !== begun.reach_json) delete set.reach_json
  if (Object.keys(set).length > 0) await tx.updateTable('taxa').set(set).where('tax_id', '=', begun.tax_id).execute()
}

/** Whether another taxon was checked well since this one began to fail: then the archive answers, and the fault is this taxon's. */
export async function othersAreChecked(read: Reader, taxId: number, failures: number): Promise<boolean> {
  const first = await read
    .selectFrom('checks')
    .select('id')
    .where('tax_id', '=', taxId)
    .orderBy('id', 'desc')
    .limit(1)
    .offset(sql.lit(Math.max(0, failures - 1)))
    .executeTakeFirst()
  if (first === undefined) return false
  const good = await read
    .selectFrom('checks')
    .select('id')
    .where('outcome', '=', 'good')
    .where('tax_id', '<>', taxId)
    .where('id', '>', first.id)
    .limit(1)
    .executeTakeFirst()
  return good !== undefined
}

const archiveCauses = ['archive-unreachable', 'archive-changed'] as const

/** Asks for a person because the archive as a whole fails us. */
export async function needForArchive(
  tx: Tx,
  cause: (typeof archiveCauses)[number],
  told: Pick<Need, 'evidence' | 'tried'>,
  by: Cause,
): Promise<void> {
  await openAttention(tx, { subject: 'installation', subjectId: 'archive', cause, ...told }, by.at, by.byWhom)
}

/** The archive answered: what was open against it as a whole is closed. */
export async function archiveAnswers(tx: Tx, by: Cause): Promise<void> {
  for (const cause of archiveCauses) {
    const how = { at: by.at, resolution: 'the archive answers again', byWhom: by.byWhom }
    await closeAttention(tx, { subject: 'installation', subjectId: 'archive', cause }, how)
  }
}
