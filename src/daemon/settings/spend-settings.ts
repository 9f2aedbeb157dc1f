import type { Spend } from '../../core/budget.ts'
import type { SettingValues } from './setting-keys.ts'

/** Reads section `spend`: dollars become millionths of them, and 0 is no cap. */
export function spendOf(set: SettingValues['spend']): Spend {
  return {
    monthMicrodollars: capOf(set.month_dollars),
    monthSoftMicrodollars: capOf(set.month_soft_dollars),
    taxonMicrodollars: capOf(set.taxon_dollars),
    collectionSeconds: Math.round(set.collection_hours * 3600),
  }
}

function capOf(dollars: number): number | undefined {
  return dollars === 0 ? undefined : dollars * 1_000_000
}
