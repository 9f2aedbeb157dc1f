import type { Reader } from '../ledger.ts'
import type { TaxonRow } from '../taxa.ts'

/** The row that stands for a taxon already: by the id given, else by the id it resolves to; tracked ones before removed ones. */
export async function rowOfTaxon(read: Reader, taxId: number, resolvedTaxId: number): Promise<TaxonRow | undefined> {
  const rows = await read
    .selectFrom('taxa')
    .selectAll()
    .where(eb => eb.or([eb('tax_id', '=', taxId), eb('tax_id', '=', resolvedTaxId), eb('resolved_tax_id', '=', resolvedTaxId)]))
    .orderBy('tax_id')
    .execute()
  return rows.find(row => row.tax_id === taxId) ?? rows.find(row => row.state !== 'removed') ?? rows[0]
}
