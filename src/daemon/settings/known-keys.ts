import { hintAt } from '../../core/nearest-name.ts'
import { recipeKeys, recipeNamePattern } from './recipe-keys.ts'
import { settingKeys } from './setting-keys.ts'
import type { Setting } from './setting.ts'
import { taxonKeys } from './taxon-keys.ts'

/** Every key with a fixed name, `section.key` → setting. */
export const fixedKeys: ReadonlyMap<string, Setting<unknown>> = new Map(
  Object.entries({ ...settingKeys, taxon: taxonKeys }).flatMap(([section, keys]) =>
    Object.entries(keys).map(([name, setting]): [string, Setting<unknown>] => [`${section}.${name}`, setting]),
  ),
)

/** The setting of a full key such as `ena.portal_url` or `recipes.mine.project`; undefined when there is none. */
export function settingOf(key: string): Setting<unknown> | undefined {
  const fixed = fixedKeys.get(key)
  if (fixed !== undefined) return fixed
  const [, name, rest] = /^recipes\.([^.]+)\.(.+)$/.exec(key) ?? []
  if (name === undefined || rest === undefined || !recipeNamePattern.test(name)) return undefined
  return new Map<string, Setting<unknown>>(Object.entries(recipeKeys)).get(rest)
}

/** The environment variable of a key: `ena.portal_url` → `MICROFETCH_ENA_PORTAL_URL`. */
export function variableOf(key: string): string {
  return `MICROFETCH_${key.toUpperCase().replace(/[.-]/g, '_')}`
}

const fixedVariables = new Map([...fixedKeys.keys()].map(key => [variableOf(key), key]))

/** The key that an environment variable sets; undefined when it is none of ours. */
export function keyOfVariable(variable: string): string | undefined {
  const fixed = fixedVariables.get(variable)
  if (fixed !== undefined) return fixed
  // A recipe's name is free, so its key is told by its end.
  const end = Object.keys(recipeKeys).find(key => variable.endsWith(`_${variableOf(key).slice('MICROFETCH_'.length)}`))
  const name = end === undefined ? '' : variable.slice('MICROFETCH_RECIPES_'.length, -end.length - 1)
  if (end === undefined || name === '' || !variable.startsWith('MICROFETCH_RECIPES_')) return undefined
  const key = `recipes.${name.toLowerCase().replaceAll('_', '-')}.${end}`
  return settingOf(key) === undefined ? undefined : key
}

/** `; did you mean …?` for a key that does not exist. A right name in a wrong section is found too. */
export function hintForKey(wrong: string): string {
  const last = wrong.slice(wrong.lastIndexOf('.') + 1)
  const sameName = [...fixedKeys.keys()].find(key => key.endsWith(`.${last}`))
  if (sameName !== undefined) return `; did you mean ${sameName}?`
  const [, recipe] = /^recipes\.([^.]+)\./.exec(wrong) ?? []
  if (recipe !== undefined && !recipeNamePattern.test(recipe)) return "; a recipe's name is of small letters, digits and hyphens"
  const recipeNames = Object.keys(recipeKeys).map(key => `recipes.${recipe ?? '<name>'}.${key}`)
  return hintAt(wrong, recipe === undefined ? fixedKeys.keys() : recipeNames)
}

/** `; did you mean …?` for what is neither a key nor the beginning of one: a section's name is tried, too. */
export function hintForBeginning(wrong: string): string {
  const sections = new Set([...fixedKeys.keys()].map(key => key.slice(0, key.indexOf('.'))))
  const hint = wrong.includes('.') ? '' : hintAt(wrong, [...sections, 'recipes'])
  return hint === '' ? hintForKey(wrong) : hint
}

/** `; did you mean …?` for an environment variable that sets nothing. */
export function hintForVariable(wrong: string, others: readonly string[]): string {
  return hintAt(wrong, [...fixedVariables.keys(), ...others])
}
