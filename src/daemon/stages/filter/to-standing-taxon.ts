import { applyOverrides } from '../../../core/effective-settings.ts'
import type { StandingTaxon } from '../../../core/taxon-standing.ts'
import type { TaxonSettings } from '../../../core/taxon.ts'
import { overridesOf, reachOf, type TaxonRow } from '../../ledger/taxa.ts'

/** A row of the ledger with the settings that hold for it. */
export function toStandingTaxon(row: TaxonRow, defaults: TaxonSettings): StandingTaxon {
  return {
    taxId: row.tax_id,
    resolvedTaxId: row.resolved_tax_id,
    scope: row.scope,
    isTracked: row.state !== 'removed',
    settings: applyOverrides(defaults, overridesOf(row)),
    reach: reachOf(row),
  }
}
