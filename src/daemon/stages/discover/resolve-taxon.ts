import type { TaxonRow } from '../../ledger/taxa.ts'
import type { Source } from '../../sources/source.ts'

/** A taxon as the taxonomy has it now. */
export interface ThereTaxon {
  kind: 'there'
  /** The id it resolves to: another one than the person gave, after a merge. */
  taxId: number
  scientificName: string
  rank: string
}

/** Asks the taxonomy first: taxa are merged and deleted, and a deleted one has no runs without any being withdrawn. */
export async function resolveTaxon(taxon: TaxonRow, source: Source): Promise<ThereTaxon | { kind: 'gone'; why: string }> {
  const found = await source.taxonOf(taxon.tax_id)
  switch (found.kind) {
    case 'found':
      return { kind: 'there', taxId: found.taxId, scientificName: found.scientificName, rank: found.rank }
    case 'merged':
      return { kind: 'there', taxId: found.into, scientificName: found.scientificName, rank: found.rank }
    case 'deleted':
    case 'unknown':
    case 'ambiguous':
      return { kind: 'gone', why: `the taxonomy does not know tax id ${taxon.tax_id} any more (${found.kind})` }
  }
}

/** A taxon tracked alone lists the runs that carry its id: the one given, or the one it was merged into. */
export function onlyTaxIdsOf(taxon: Pick<TaxonRow, 'tax_id' | 'scope'>, resolvedTaxId: number): number[] | undefined {
  return taxon.scope === 'alone' ? [...new Set([taxon.tax_id, resolvedTaxId])] : undefined
}

/** What a person should know of a merge; empty when there was none. */
export function mergeWarning(taxId: number, resolvedTaxId: number): string {
  return taxId === resolvedTaxId ? '' : `tax id ${taxId} was merged into ${resolvedTaxId}`
}
