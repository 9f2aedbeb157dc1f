import type { Filter } from './filter.ts'

/** The tax id of Homo sapiens. */
export const humanTaxId = 9606

/** Human reads may be personal: they are refused unless forced. */
export const human: Filter = {
  name: 'human',
  judge: (run, { settings }) =>
    run.taxId === humanTaxId && !settings.filters.allowHuman
      ? { code: 'META_HUMAN', detail: `tax_id=${run.taxId} and filters.human is not true` }
      : 'accepted',
}
