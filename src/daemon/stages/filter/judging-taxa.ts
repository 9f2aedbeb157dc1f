import { isReachKnown } from '../../../core/filters/reach.ts'
import type { Measure } from '../../../core/filters/filter.ts'
import { lackingIdentities } from '../../../core/lacking-identities.ts'
import type { Asking } from '../../../core/owing.ts'
import { standingOf } from '../../../core/taxon-standing.ts'
import type { Deps } from '../../deps.ts'
import { taxaInAttention } from '../../ledger/attention.ts'
import type { Tx } from '../../ledger/ledger.ts'
import { taxonRows, type TaxonRow } from '../../ledger/taxa.ts'
import { toStandingTaxon } from './to-standing-taxon.ts'

/** A taxon as its runs are judged by it and owed for it. */
export interface JudgingTaxon {
  taxId: number
  /** Undefined while its reach is not known. */
  measure: Measure | undefined
  filterSet: string
  /** What its runs are judged under, and what the ledger says of that before this transaction judges any. */
  standing: string
  before: Pick<TaxonRow, 'tax_id' | 'filter_set' | 'walk_set'>
  asking: Asking
}

/** These taxa as they stand within this transaction. */
export async function judgingTaxa(tx: Tx, taxIds: readonly number[], deps: Deps): Promise<Map<number, JudgingTaxon>> {
  const heldBack = new Set(await taxaInAttention(tx))
  const rows = await taxonRows(tx, taxIds)
  return new Map(rows.map(row => [row.tax_id, toJudgingTaxon(row, !heldBack.has(row.tax_id), deps)]))
}

function toJudgingTaxon(row: TaxonRow, mayWork: boolean, { taxonDefaults, recipes }: Deps): JudgingTaxon {
  const taxon = toStandingTaxon(row, taxonDefaults)
  const { measure, filterSet, standing } = standingOf(taxon)
  const { recipe: name, keep } = taxon.settings
  const known = recipes.get(name)
  return {
    taxId: row.tax_id,
    measure: isReachKnown(taxon.reach) ? measure : undefined,
    filterSet,
    standing,
    before: row,
    asking: {
      isTracked: taxon.isTracked,
      isActive: row.state === 'tracked' && row.paused === 0 && mayWork,
      priority: row.priority,
      recipe: name,
      lacking: known === undefined ? [] : lackingIdentities(known.recipe, keep, known.projectCommit),
    },
  }
}
