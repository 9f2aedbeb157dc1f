import { defaultTaxonSettings, type TaxonSettings } from '../../core/taxon.ts'
import type { SettingInForce } from './read-settings.ts'
import { text } from './setting-kind.ts'
import type { Setting } from './setting-keys.ts'

/** PROVISIONAL until core/effective-settings.ts is there. */
export const taxonKeys: Readonly<Record<string, Setting<unknown>>> = {
  recipe: { kind: text('a recipe'), standard: 'assemble', sentence: 'The recipe.' },
}

/** What holds for a taxon that sets nothing itself. */
export function taxonDefaultsOf(settings: ReadonlyMap<string, SettingInForce>): TaxonSettings {
  return { ...defaultTaxonSettings, recipe: String(settings.get('taxon.recipe')?.value) }
}
