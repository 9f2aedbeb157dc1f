import { hintAt } from './nearest-name.ts'
import { Problem } from './problem.ts'
import { taxonColumnKeys } from './taxon-column-keys.ts'
import type { FilterSettings, Scope, TaxonSettings } from './taxon.ts'
import { amount, boolean, depth, layouts, oneOf, text, whole, words, type TextKind } from './text-kind.ts'

/** A key of `microfetch set <taxon> KEY=VALUE` and of the section `[taxon]`: what it may hold, and what it is for. */
export interface TaxonKey {
  name: string
  /** A right value in words, for messages and for the reference. */
  says: string
  /** One sentence for people. */
  sentence: string
  /** Reads a value as a person writes it, and writes it as we do; undefined when it is wrong. */
  tidy(value: string): string | undefined
  /** What holds in these settings, as text. */
  print(settings: TaxonSettings): string
  /** The settings with this value, which is known to be right. */
  put(settings: TaxonSettings, value: string): TaxonSettings
}

function ofSettings<Name extends keyof TaxonSettings>(
  name: string,
  field: Name,
  kind: TextKind<TaxonSettings[Name]>,
  sentence: string,
): TaxonKey {
  return {
    name,
    says: kind.says,
    sentence,
    tidy: value => tidy(kind, value),
    print: settings => kind.print(settings[field]),
    put: (settings, value) => ({ ...settings, [field]: kind.read(value) ?? settings[field] }),
  }
}

function ofFilters<Name extends keyof FilterSettings>(
  name: string,
  field: Name,
  kind: TextKind<FilterSettings[Name]>,
  sentence: string,
): TaxonKey {
  return {
    name,
    says: kind.says,
    sentence,
    tidy: value => tidy(kind, value),
    print: settings => kind.print(settings.filters[field]),
    put: (settings, value) => ({
      ...settings,
      filters: { ...settings.filters, [field]: kind.read(value) ?? settings.filters[field] },
    }),
  }
}

function tidy<Value>(kind: TextKind<Value>, value: string): string | undefined {
  const read = kind.read(value)
  return read === undefined ? undefined : kind.print(read)
}

const recipeName = text("a recipe's name", /^[a-z][a-z0-9-]{0,63}$/)

/** Every setting of a taxon that has a default in the section `[taxon]` of the settings. */
export const taxonKeys: readonly TaxonKey[] = [
  ofFilters('filters.strategy', 'strategies', words, 'Library strategies that are taken, as ENA spells them.'),
  ofFilters('filters.source', 'sources', words, 'Library sources that are taken, as ENA spells them.'),
  ofFilters('filters.layout', 'layouts', layouts, 'Layouts that are taken, as the read files show them.'),
  ofFilters('filters.platform', 'platforms', words, 'Sequencing platforms that are taken, as ENA spells them.'),
  ofFilters('filters.min_depth', 'minDepth', depth, 'Bases must be at least this many times the genome size; 0 asks nothing.'),
  ofFilters('filters.max_depth', 'maxDepth', depth, 'Bases must be at most this many times the genome size; 0 asks nothing.'),
  ofFilters('filters.human', 'allowHuman', boolean, 'Whether human reads (tax id 9606) are taken.'),
  ofSettings(
    'genome_size',
    'genomeSizeBases',
    amount(1),
    'Bases expected in the genome; K, M and G may stand for thousands, millions and more.',
  ),
  ofSettings('recipe', 'recipe', recipeName, 'What is done with the reads: `fetch`, `assemble`, or a recipe of your own.'),
  ofSettings('keep', 'keep', oneOf('reads', 'assembly', 'both'), 'What is brought home.'),
  ofSettings('batch_runs', 'batchRuns', amount(0), 'The most runs in one batch; 0 leaves it to the policy.'),
  ofSettings('batch_bytes', 'batchBytes', amount(0), 'The most bytes of read files in one batch; 0 leaves it to the policy.'),
  ofSettings('open_runs', 'openRuns', amount(0), 'The most runs that are worked on at once; 0 is no limit.'),
  ofSettings(
    'spend_dollars',
    'spendDollars',
    whole(0, 1_000_000),
    'The most that its machines may cost in a month, in dollars; 0 leaves it to `spend.taxon_dollars`.',
  ),
]

const byName = new Map(taxonKeys.map(key => [key.name, key]))

/** What a person set, read and checked. */
export interface SetOrder {
  /** To be stored: key → value, tidied. */
  set: Record<string, string>
  /** Keys whose value was given empty: the default holds again. */
  unset: string[]
  priority: number | undefined
  scope: Scope | undefined
}

/** Reads `KEY → VALUE` as given to `set`. Everything wrong is one Problem (`bad-input`), a line for each. */
export function readSetOrder(given: Readonly<Record<string, string>>): SetOrder {
  const order: SetOrder = { set: {}, unset: [], priority: undefined, scope: undefined }
  const faults = Object.entries(given).flatMap(([name, value]) => readOne(order, name, value))
  if (faults.length > 0) throw new Problem('bad-input', faults.join('\n'))
  return order
}

function readOne(order: SetOrder, name: string, value: string): string[] {
  if (name === 'priority' || name === 'scope') return readColumn(order, name, value)
  const key = byName.get(name)
  if (key === undefined) return [`there is no setting ${name}${hintAt(name, [...byName.keys(), 'priority', 'scope'])}`]
  if (value.trim() === '') {
    order.unset.push(name)
    return []
  }
  const right = key.tidy(value)
  if (right === undefined) return [wrong(name, value, key.says)]
  order.set[name] = right
  return []
}

function readColumn(order: SetOrder, name: 'priority' | 'scope', value: string): string[] {
  const { [name]: column } = taxonColumnKeys
  if (name === 'priority') order.priority = taxonColumnKeys.priority.read(value)
  else order.scope = taxonColumnKeys.scope.read(value)
  return order[name] === undefined ? [wrong(name, value, column.says)] : []
}

function wrong(name: string, value: string, says: string): string {
  return `${name}=${value} is not right: ${name} is ${says}`
}

/** The defaults with what one taxon set over them. Keys and values of another version that mean nothing here are passed over. */
export function applyOverrides(defaults: TaxonSettings, overrides: Readonly<Record<string, string>>): TaxonSettings {
  let settings = defaults
  for (const [name, value] of Object.entries(overrides)) settings = byName.get(name)?.put(settings, value) ?? settings
  return settings
}

/** Every key with what holds for it, in the order of the table. */
export function printSettings(settings: TaxonSettings): { key: string; value: string }[] {
  return taxonKeys.map(key => ({ key: key.name, value: key.print(settings) }))
}
