import type { Selectable } from 'kysely'
import type { TaxonRow } from '../../../api/taxa.ts'
import type { RunStatusWord } from '../../../core/taxon.ts'
import type { Reader } from '../ledger.ts'
import type { TaxaTable } from '../tables.ts'
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
  const needs = await openCauses(read)
  const work = await workOfTaxa(read)
  const rows: TaxonRow[] = []
  for (const taxon of taxa) {
    const needsAttention = needs.get(String(taxon.tax_id)) ?? ''
    rows.push({
      taxId: taxon.tax_id,
      scientificName: taxon.scientific_name,
      rank: taxon.rank,
      status: statusWord(taxon, needsAttention, work.get(taxon.tax_id)),
      state: taxon.state,
      paused: taxon.paused === 1,
      priority: taxon.priority,
      scope: taxon.scope,
      resolvedTaxId: taxon.resolved_tax_id,
      lastChecked: taxon.last_checked,
      nextCheckAt: taxon.next_check_at,
      needsAttention,
      warning: taxon.warning,
      runs: await runCountsOf(read, taxon.tax_id),
    })
  }
  return rows
}

/** The oldest open cause of each taxon that needs a person. */
async function openCauses(read: Reader): Promise<Map<string, string>> {
  const rows = await read
    .selectFrom('attention')
    .select(['subject_id', 'cause'])
    .where('subject', '=', 'taxon')
    .where('resolved_at', 'is', null)
    .orderBy('id', 'desc')
    .execute()
  return new Map(rows.map(row => [row.subject_id, row.cause]))
}

interface Work {
  working: boolean
  finished: boolean
}

/** What is batched of each taxon: still worked on, or finished and awaiting collection. */
async function workOfTaxa(read: Reader): Promise<Map<number, Work>> {
  const rows = await read
    .selectFrom('deliveries as d')
    .innerJoin('batches as b', 'b.id', 'd.batch_id')
    .innerJoin('verdicts as v', join => join.onRef('v.run_accession', '=', 'd.run_accession').onRef('v.delivery_id', '=', 'd.id'))
    .select(['v.tax_id', 'b.state'])
    .distinct()
    .where('d.state', '=', 'batched')
    .execute()
  const work = new Map<number, Work>()
  for (const { tax_id: taxId, state } of rows) {
    const known = work.get(taxId) ?? { working: false, finished: false }
    if (state === 'finished') known.finished = true
    else known.working = true
    work.set(taxId, known)
  }
  return work
}

/** The original's word, by the precedence that the design gives them. */
function statusWord(taxon: Selectable<TaxaTable>, needsAttention: string, work: Work | undefined): RunStatusWord {
  if (needsAttention !== '') return 'error'
  if (work?.working === true) return 'in progress'
  if (work?.finished === true) return 'ready'
  if (taxon.last_checked === null) return ''
  return taxon.warning === '' ? 'complete' : 'warning'
}
