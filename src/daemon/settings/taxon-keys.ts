import { applyOverrides, printSettings, taxonKeys as coreKeys, type TaxonKey } from '../../core/effective-settings.ts'
import { defaultTaxonSettings, type TaxonSettings } from '../../core/taxon.ts'
import type { SettingInForce } from './read-settings.ts'
import type { SettingKind } from './setting-kind.ts'
import type { Setting } from './setting.ts'

const standards = new Map(printSettings(defaultTaxonSettings).map(({ key, value }) => [key, value]))

/** The keys of `[taxon]`: those of `microfetch set`, with what holds for every taxon that does not set them. */
export const taxonKeys: Readonly<Record<string, Setting<unknown>>> = Object.fromEntries(
  coreKeys.map((key): [string, Setting<unknown>] => [
    key.name,
    { kind: kindOf(key), standard: standards.get(key.name) ?? '', sentence: key.sentence },
  ]),
)

/** Values are texts, as `set` takes them; in the file numbers, truths and lists may also be written as TOML has them. */
function kindOf(key: TaxonKey): SettingKind<string> {
  return {
    says: key.says,
    fromToml: value => {
      const parts: unknown[] = Array.isArray(value) ? value : [value]
      if (parts.length === 0) return key.tidy('any')
      const isPlain = parts.every(part => ['string', 'number', 'boolean'].includes(typeof part))
      return isPlain ? key.tidy(parts.join(',')) : undefined
    },
    fromText: value => key.tidy(value),
    toToml: value => (/^(\d+(\.\d+)?|true|false)$/.test(value) ? value : JSON.stringify(value)),
  }
}

/** What holds for a taxon that sets nothing itself. */
export function taxonDefaultsOf(settings: ReadonlyMap<string, SettingInForce>): TaxonSettings {
  const pairs = Object.keys(taxonKeys).map((name): [string, string] => [name, String(settings.get(`taxon.${name}`)?.value)])
  return applyOverrides(defaultTaxonSettings, Object.fromEntries(pairs))
}
