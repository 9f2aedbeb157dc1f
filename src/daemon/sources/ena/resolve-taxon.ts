import { Problem } from '../../../core/problem.ts'
import type { TaxonFound } from '../source.ts'
import type { PortalApi } from './portal-api.ts'
import type { EnaTaxon, TaxonomyApi } from './taxonomy-api.ts'

/** Asks once more, after a pause. */
export type Again = <T>(ask: () => Promise<T>) => Promise<T>

/**
 * Resolves a tax id. An id that was merged either is answered with the taxon that it leads to now, or it is unknown to the
 * taxonomy and stands in the portal's column `merged_tax_id`. The archive keeps no list of deleted ids: one of those is `unknown`,
 * and whoever tracked it knows that it was there.
 */
export async function resolveTaxId(taxId: number, taxonomy: TaxonomyApi, portal: PortalApi, again: Again): Promise<TaxonFound> {
  // Much hangs on a "not there", so it is asked for twice.
  const taxon = (await taxonomy.byId(taxId)) ?? (await again(() => taxonomy.byId(taxId)))
  if (taxon !== undefined) return taxon.taxId === taxId ? { kind: 'found', ...taxon } : mergedInto(taxon)
  const into = await idMergedFrom(taxId, portal)
  if (into === undefined) return { kind: 'unknown' }
  const heir = await taxonomy.byId(into)
  if (heir !== undefined) return mergedInto(heir)
  throw new Problem(
    'broken-answer',
    `the archive says that taxon ${taxId} was merged into ${into}, but its taxonomy does not know ${into}`,
  )
}

/** Resolves a name: first as a scientific name, then as any name, such as a synonym or a common one. */
export async function resolveTaxonName(name: string, taxonomy: TaxonomyApi): Promise<TaxonFound> {
  const text = name.trim().replace(/\s+/g, ' ')
  if (text === '') return { kind: 'unknown' }
  const scientific = distinct(await taxonomy.byScientificName(text))
  const found = scientific.length > 0 ? scientific : distinct(await taxonomy.byAnyName(text))
  const [first, ...more] = found
  if (first === undefined) return { kind: 'unknown' }
  if (more.length === 0) return { kind: 'found', ...first }
  return { kind: 'ambiguous', candidates: found.map(({ taxId, scientificName, rank }) => ({ taxId, scientificName, rank })) }
}

function mergedInto(taxon: EnaTaxon): TaxonFound {
  const { taxId, ...rest } = taxon
  return { kind: 'merged', into: taxId, ...rest }
}

async function idMergedFrom(taxId: number, portal: PortalApi): Promise<number | undefined> {
  const [row] = await portal.taxaMergedFrom(taxId)
  const into = Number(row?.['tax_id'] ?? NaN)
  return Number.isSafeInteger(into) && into > 0 && into !== taxId ? into : undefined
}

function distinct(taxa: readonly EnaTaxon[]): EnaTaxon[] {
  return [...new Map(taxa.map(taxon => [taxon.taxId, taxon])).values()]
}
