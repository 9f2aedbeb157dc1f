import { filterSetVersion } from './filters/filter-set.ts'
import type { Measure } from './filters/filter.ts'
import { canonicalJson, fingerprint } from './fingerprint.ts'
import type { Reach, Scope, TaxonSettings } from './taxon.ts'

/** What of a taxon decides how its runs are judged and what is owed for them. */
export interface StandingTaxon {
  taxId: number
  resolvedTaxId: number
  scope: Scope
  isTracked: boolean
  settings: TaxonSettings
  reach: Reach
}

/** How the runs of a taxon stand: what they are judged by, the name of that, and the name of that together with what is owed. */
export interface TaxonStanding {
  measure: Measure
  filterSet: string
  /** When it changes, every run of the taxon is gone through anew. */
  standing: string
}

/** Computes it. */
export function standingOf(taxon: StandingTaxon): TaxonStanding {
  const { settings, reach, scope } = taxon
  const onlyTaxIds = scope === 'alone' ? [...new Set([taxon.taxId, taxon.resolvedTaxId])] : undefined
  const measure = { settings, reach, onlyTaxIds }
  const filterSet = filterSetVersion(measure)
  const owed = fingerprint(canonicalJson({ recipe: settings.recipe, keep: settings.keep, isTracked: taxon.isTracked }))
  return { measure, filterSet, standing: `${filterSet} ${owed}` }
}
