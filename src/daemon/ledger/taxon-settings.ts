import { applyOverrides } from '../../core/effective-settings.ts'
import type { TaxonSettings } from '../../core/taxon.ts'
import type { Reader } from './ledger.ts'

/** What holds for these taxa: what they set themselves, over what holds for all. */
export async function settingsOfTaxa(
  read: Reader,
  taxIds: readonly number[],
  defaults: TaxonSettings,
): Promise<Map<number, TaxonSettings>> {
  if (taxIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('taxa')
    .select(['tax_id', 'settings_json'])
    .where('tax_id', 'in', [...taxIds])
    .execute()
  return new Map(rows.map(row => [row.tax_id, applyOverrides(defaults, JSON.parse(row.settings_json) as Record<string, string>)]))
}
