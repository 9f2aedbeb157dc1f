import { sql, type Selectable } from 'kysely'
import type { Ledger, Reader, Tx } from './ledger.ts'
import type { VerdictsTable } from './tables.ts'

export type VerdictRow = Selectable<VerdictsTable>

// As a literal: an index on some rows only is not used for a value that is bound later.
const isUnjudged = sql.lit<'unjudged'>('unjudged')

/** Lets the filter stage judge these runs anew, for every taxon that knows them, and decide what is owed for them. */
export async function markUnjudged(tx: Tx, runs: string | readonly string[]): Promise<void> {
  const accessions = typeof runs === 'string' ? [runs] : runs
  if (accessions.length === 0) return
  await tx
    .updateTable('verdicts')
    .set({ verdict: 'unjudged' })
    .where('run_accession', 'in', accessions)
    .where('verdict', '<>', 'unjudged')
    .execute()
}

/** Notes a person's skip of a run for some taxa (all that know it, when none are named), or takes it back with `why` null; taxa touched. */
export async function setSkip(tx: Tx, run: string, why: string | null, taxIds?: readonly number[]): Promise<number> {
  const changed = await tx
    .updateTable('verdicts')
    .set({ skip: why, verdict: 'unjudged' })
    .where('run_accession', '=', run)
    .$if(taxIds !== undefined, query => query.where('tax_id', 'in', taxIds ?? []))
    .$if(why === null, query => query.where('skip', 'is not', null))
    .executeTakeFirst()
  return Number(changed.numUpdatedRows)
}

/** The verdicts of all taxa on these runs. */
export async function verdictsOfRuns(read: Reader, runs: readonly string[]): Promise<VerdictRow[]> {
  if (runs.length === 0) return []
  return read.selectFrom('verdicts').selectAll().where('run_accession', 'in', runs).execute()
}

/** Runs that a taxon has not judged, the first so many of them. */
export async function unjudgedRuns(read: Reader, taxId: number, limit: number): Promise<string[]> {
  const rows = await read
    .selectFrom('verdicts')
    .select('run_accession')
    .where('tax_id', '=', taxId)
    .where('verdict', '=', isUnjudged)
    .orderBy('run_accession')
    .limit(limit)
    .execute()
  return rows.map(row => row.run_accession)
}

/** How many runs each taxon has not judged; taxa that have judged all are not named. */
export async function unjudgedCounts(read: Reader): Promise<Map<number, number>> {
  const rows = await read
    .selectFrom('verdicts')
    .select(['tax_id', eb => eb.fn.countAll<number>().as('count')])
    .where('verdict', '=', isUnjudged)
    .groupBy('tax_id')
    .execute()
  return new Map(rows.map(row => [row.tax_id, row.count]))
}

/** The next runs that a taxon knows, behind `after`, by accession. */
export async function runsBehind(read: Reader, taxId: number, after: string, limit: number): Promise<string[]> {
  const rows = await read
    .selectFrom('verdicts')
    .select('run_accession')
    .where('tax_id', '=', taxId)
    .where('run_accession', '>', after)
    .orderBy('run_accession')
    .limit(limit)
    .execute()
  return rows.map(row => row.run_accession)
}

/** A verdict as it is to stand. */
export interface JudgedVerdict {
  taxId: number
  runAccession: string
  verdict: VerdictRow['verdict']
  reasonsJson: string
  filterSet: string
  judgedAt: string
  deliveryId: string | null
}

const writeOne = `update verdicts set verdict = ?, reasons_json = ?, filter_set = ?, judged_at = ?, delivery_id = ? where tax_id = ? and run_accession = ?`

/** Writes verdicts by one prepared statement. Inside a write only. */
export function writeVerdicts(ledger: Ledger, verdicts: readonly JudgedVerdict[]): void {
  ledger.runMany(
    writeOne,
    verdicts
      .values()
      .map(one => [one.verdict, one.reasonsJson, one.filterSet, one.judgedAt, one.deliveryId, one.taxId, one.runAccession]),
  )
}
