import { filterSetVersion } from '../../../core/filters/filter-set.ts'
import { applyOverrides, printSettings, type SetOrder } from '../../../core/effective-settings.ts'
import type { TaxonSettings } from '../../../core/taxon.ts'
import type { Reader } from '../ledger.ts'
import { overridesOf, reachOf } from '../taxa.ts'
import { trackedTaxon } from './tracked-taxon.ts'

/** What an order changes, before it is stored. */
export interface SettingChange {
  changed: { key: string; before: string; after: string }[]
  before: TaxonSettings
  after: TaxonSettings
  /** Its stored runs are to be judged anew. */
  rejudges: boolean
}

/** Compares what is in force for a taxon with what would be. */
export async function lookAtSetting(
  read: Reader,
  taxId: number,
  order: SetOrder,
  defaults: TaxonSettings,
): Promise<SettingChange> {
  const taxon = await trackedTaxon(read, taxId)
  const overrides = overridesOf(taxon)
  const stored = Object.fromEntries(Object.entries({ ...overrides, ...order.set }).filter(([key]) => !order.unset.includes(key)))
  const before = applyOverrides(defaults, overrides)
  const after = applyOverrides(defaults, stored)
  const old = new Map(printSettings(before).map(({ key, value }) => [key, value]))
  const changed = printSettings(after).flatMap(({ key, value }) =>
    old.get(key) === value ? [] : [{ key, before: old.get(key) ?? '', after: value }],
  )
  if (order.priority !== undefined && order.priority !== taxon.priority) {
    changed.push({ key: 'priority', before: String(taxon.priority), after: String(order.priority) })
  }
  if (order.scope !== undefined && order.scope !== taxon.scope)
    changed.push({ key: 'scope', before: taxon.scope, after: order.scope })
  const reach = reachOf(taxon)
  const versionOf = (settings: TaxonSettings) => filterSetVersion({ settings, reach, onlyTaxIds: undefined })
  const rejudges = versionOf(before) !== versionOf(after) || (order.scope !== undefined && order.scope !== taxon.scope)
  return { changed, before, after, rejudges }
}
