import { isReachKnown } from '../../../core/filters/reach.ts'
import { standingOf } from '../../../core/taxon-standing.ts'
import type { Deps } from '../../deps.ts'
import { allTaxa } from '../../ledger/taxa.ts'
import { unjudgedCounts } from '../../ledger/verdicts.ts'
import type { Seen } from './plan.ts'
import { toStandingTaxon } from './to-standing-taxon.ts'

/** Reads which taxa have runs to be judged. Paused ones too: judging asks nothing of the archive, and what is owed waits. */
export async function look({ ledger, taxonDefaults }: Pick<Deps, 'ledger' | 'taxonDefaults'>): Promise<Seen> {
  const unjudged = await unjudgedCounts(ledger.read)
  const taxa = []
  for (const row of await allTaxa(ledger.read, { removed: true })) {
    const taxon = toStandingTaxon(row, taxonDefaults)
    // Which runs are within reach is not known before the taxon was listed once.
    if (!isReachKnown(taxon.reach)) continue
    const { standing } = standingOf(taxon)
    taxa.push({
      taxId: row.tax_id,
      priority: row.priority,
      standing,
      isNew: row.filter_set === '',
      isOutdated: row.filter_set !== '' && row.filter_set !== standing,
      unjudged: unjudged.get(row.tax_id) ?? 0,
    })
  }
  return { taxa }
}
