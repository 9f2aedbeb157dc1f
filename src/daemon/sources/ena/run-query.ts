import { Problem } from '../../../core/problem.ts'
import type { Wanted } from '../source.ts'
import { isDay } from './ena-dates.ts'

/** The portal's query for what is wanted. Throws `bad-input` for a tax id or day that cannot be. */
export function runQuery(wanted: Wanted): string {
  const { taxId, scope, since } = wanted
  if (!Number.isSafeInteger(taxId) || taxId <= 0) throw new Problem('bad-input', `not a tax id: ${taxId}`)
  const taxon = scope === 'subtree' ? `tax_tree(${taxId})` : `tax_eq(${taxId})`
  if (since === undefined) return taxon
  if (!isDay(since)) throw new Problem('bad-input', `not a day: ${since}`)
  return `${taxon} AND (last_updated>=${since} OR first_public>=${since})`
}
