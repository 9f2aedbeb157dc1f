import type { Filter } from './filter.ts'

/** The run must still belong to the taxon: below it, or, where the taxon is tracked alone, to itself. */
export const subtree: Filter = {
  name: 'subtree',
  judge: (run, { onlyTaxIds }) => {
    if (run.leftSubtreeOn !== undefined)
      return { code: 'META_SUBTREE', detail: `not listed under the taxon since ${run.leftSubtreeOn}` }
    if (onlyTaxIds === undefined || onlyTaxIds.includes(run.taxId)) return 'accepted'
    return { code: 'META_SUBTREE', detail: `tax_id=${run.taxId}, and the taxon is tracked alone` }
  },
}
