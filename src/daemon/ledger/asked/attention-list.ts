import type { Selectable } from 'kysely'
import type { AttentionRow } from '../../../api/attention.ts'
import type { Reader } from '../ledger.ts'
import type { AttentionTable } from '../tables.ts'

/** A page of what needs a person, the oldest first; resolved ones only when asked for. */
export async function attentionList(
  read: Reader,
  which: { resolved: boolean; after: number | undefined; limit: number },
): Promise<{ rows: AttentionRow[]; next: string | null }> {
  let query = read
    .selectFrom('attention')
    .selectAll()
    .orderBy('id')
    .limit(which.limit + 1)
  if (!which.resolved) query = query.where('resolved_at', 'is', null)
  if (which.after !== undefined) query = query.where('id', '>', which.after)
  const found = await query.execute()
  const rows = await withNames(read, found.slice(0, which.limit))
  const last = found.length > which.limit ? found[which.limit - 1] : undefined
  return { rows, next: last === undefined ? null : String(last.id) }
}

/** What is open about one taxon, or one need by its number; the oldest first. */
export async function openNeeds(
  read: Reader,
  which: { kind: 'id'; id: number } | { kind: 'taxon'; taxId: number },
): Promise<AttentionRow[]> {
  const query = read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).orderBy('id')
  const rows =
    which.kind === 'id'
      ? await query.where('id', '=', which.id).execute()
      : await query.where('subject', '=', 'taxon').where('subject_id', '=', String(which.taxId)).execute()
  return withNames(read, rows)
}

async function withNames(read: Reader, rows: readonly Selectable<AttentionTable>[]): Promise<AttentionRow[]> {
  const taxIds = rows.filter(row => row.subject === 'taxon').map(row => Number(row.subject_id))
  const taxa =
    taxIds.length === 0
      ? []
      : await read.selectFrom('taxa').select(['tax_id', 'scientific_name']).where('tax_id', 'in', taxIds).execute()
  const names = new Map(taxa.map(taxon => [String(taxon.tax_id), taxon.scientific_name]))
  return rows.map(row => ({
    id: row.id,
    subject: row.subject,
    subjectId: row.subject_id,
    scientificName: row.subject === 'taxon' ? (names.get(row.subject_id) ?? '') : '',
    cause: row.cause,
    evidence: row.evidence,
    tried: row.tried,
    openedAt: row.opened_at,
    resolvedAt: row.resolved_at,
    resolution: row.resolution,
    resolvedBy: row.resolved_by,
  }))
}
