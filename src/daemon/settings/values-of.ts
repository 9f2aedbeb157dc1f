import { settingKeys, type SettingValues } from './setting-keys.ts'
import type { SettingInForce } from './read-settings.ts'

/** The settings in force, by section and key, with their types. */
export function valuesOf(settings: ReadonlyMap<string, SettingInForce>): SettingValues {
  const sections = Object.entries(settingKeys).map(([section, keys]) => {
    const pairs = Object.keys(keys).map((key): [string, unknown] => [key, settings.get(`${section}.${key}`)?.value])
    return [section, Object.fromEntries(pairs)] as const
  })
  return Object.fromEntries(sections) as SettingValues // each value was read by the kind of its key, or is its default
}
