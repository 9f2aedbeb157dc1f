import type { Selectable } from 'kysely'
import type { TaxonRow } from '../../../api/taxa.ts'
import { stageOf, statusWordOf, warningOf, type TaxonProgress } from '../../../core/taxon-progress.ts'
import type { Reader } from '../ledger.ts'
import type { TaxaTable } from '../tables.ts'
import { progressOfTaxa } from '../taxon-progress.ts'
import { runCountsOf } from './run-counts.ts'

/** A page of taxa by their ids; removed ones only when asked for. */
export async function taxonList(
  read: Reader,
  which: { removed: boolean; after: number | undefined; limit: number },
): Promise<{ rows: TaxonRow[]; next: string | null }> {
  let query = read
    .selectFrom('taxa')
    .selectAll()
    .orderBy('tax_id')
    .limit(which.limit + 1)
  if (!which.removed) query = query.where('state', '<>', 'removed')
  if (which.after !== undefined) query = query.where('tax_id', '>', which.after)
  const found = await query.execute()
  const rows = await toTaxonRows(read, found.slice(0, which.limit))
  const last = found.length > which.limit ? found[which.limit - 1] : undefined
  return { rows, next: last === undefined ? null : String(last.tax_id) }
}

/** Stored taxa with how they stand. */
export async function toTaxonRows(read: Reader, taxa: readonly Selectable<TaxaTable>[]): Promise<TaxonRow[]> {
  if (taxa.length === 0) return []
  const known = new Map((await progressOfTaxa(read)).map(({ row, progress }) => [row.tax_id, progress]))
  const rows: TaxonRow[] = []
  for (const taxon of taxa) {
    const progress = known.get(taxon.tax_id) ?? atRest(taxon)
    rows.push({
      taxId: taxon.tax_id,
      scientificName: taxon.scientific_name,
      rank: taxon.rank,
      status: statusWordOf(progress),
      stage: stageOf(progress).name,
      state: taxon.state,
      paused: taxon.paused === 1,
      priority: taxon.priority,
      scope: taxon.scope,
      resolvedTaxId: taxon.resolved_tax_id,
      lastChecked: taxon.last_checked,
      nextCheckAt: taxon.next_check_at,
      needsAttention: progress.needs.join('; '),
      warning: warningOf(progress),
      runs: await runCountsOf(read, taxon.tax_id),
    })
  }
  return rows
}

/** A taxon that was removed: nothing of it is looked at any more. */
function atRest(taxon: Selectable<TaxaTable>): TaxonProgress {
  return {
    needs: [],
    isChecked: taxon.last_checked !== null,
    isBegun: taxon.last_checked !== null,
    hasUnjudged: false,
    hasWanted: false,
    isQueued: false,
    isWorking: false,
    isFinished: false,
    addresses: [],
    failedRuns: 0,
    warning: taxon.warning,
  }
}
