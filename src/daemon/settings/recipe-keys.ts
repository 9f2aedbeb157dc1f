import { parse } from 'smol-toml'
import * as v from 'valibot'
import { isReasonCode } from '../../core/reason.ts'
import type { Recipe, SamplesheetForm } from '../../core/recipe.ts'
import { listOf, oneOf, text, type SettingKind } from './setting-kind.ts'
import type { Setting } from './setting.ts'

/** How names of recipes are written: they stand in paths of the library and in names of environment variables. */
export const recipeNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** What a template of the samplesheet may hold. */
const placeholders = ['run', 'layout', 'file', 'role', 'bytes', 'md5', 'sources', 'mate1', 'mate2', 'single', 'sample', 'taxId']

const paramsSchema = v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))
const columnsSchema = v.pipe(
  v.record(v.string(), v.string()),
  v.check(columns => Object.keys(columns).length > 0 && Object.values(columns).every(hasKnownPlaceholders)),
)
const meaningSchema = v.strictObject({
  reason: v.pipe(
    v.string(),
    v.check(code => isReasonCode(code)),
  ),
  cure: v.optional(v.picklist(['retry', 'memory', 'none']), 'none'),
})
const exitCodesSchema = v.record(v.string(), v.record(v.pipe(v.string(), v.regex(/^(\d{1,3}|-|\*)$/)), meaningSchema))

function hasKnownPlaceholders(template: string): boolean {
  return [...template.matchAll(/\{([^}]*)\}/g)].every(([, name]) => placeholders.includes(name ?? ''))
}

function table<Value>(says: string, schema: v.GenericSchema<unknown, Value>): SettingKind<Value> {
  const read = (value: unknown): Value | undefined => {
    const result = v.safeParse(schema, value)
    return result.success ? result.output : undefined
  }
  return {
    says,
    fromToml: read,
    fromText: value => {
      try {
        return read(parse(`value = ${value}`)['value'])
      } catch {
        return undefined // not TOML: the caller says what is expected
      }
    },
    toToml: value => inlineToml(value),
  }
}

function inlineToml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)} = ${inlineToml(inner)}`)
    .join(', ')} }`
}

const outputPath = text(
  'a path below the output folder, {run} standing for the accession',
  path => path !== '' && !path.startsWith('/') && !path.split('/').includes('..') && path.includes('{run}'),
)

function key<Value>(kind: SettingKind<Value>, standard: Value, sentence: string): Setting<Value> {
  return { kind, standard, sentence }
}

/** What a section `[recipes.<name>]` may hold. Where a key is left out, the recipe it is based on decides. */
export const recipeKeys = {
  based_on: key(oneOf('', 'fetch', 'assemble'), '', 'One of our recipes whose project and settings it starts from.'),
  project: key(
    text('a path or the address of a repository'),
    '',
    'The Nextflow project: a path, or a repository such as https://host/group/name.',
  ),
  revision: key(text('a tag, branch or commit'), '', 'The revision of the repository.'),
  profile: key(text('profiles between commas'), '', "Nextflow profiles; empty: the project's own default."),
  params: key<Recipe['params']>(table('a table of texts, numbers and truths', paramsSchema), {}, 'Parameters for the project.'),
  'samplesheet.delimiter': key<SamplesheetForm['delimiter']>(
    oneOf(',', '\t'),
    ',',
    'Between the columns of the samplesheet: a comma or a tab.',
  ),
  'samplesheet.lines': key<SamplesheetForm['lines']>(
    oneOf('run', 'file'),
    'run',
    'One line of the samplesheet for each run, or for each read file.',
  ),
  'samplesheet.columns': key<Record<string, string>>(
    table(`a table of header = template, with ${placeholders.map(name => `{${name}}`).join(' ')}`, columnsSchema),
    {},
    'The columns of the samplesheet: header = template.',
  ),
  outputs: key(
    listOf(outputPath),
    [],
    'Which outputs belong to a run, as paths below the output folder; * stands for a part of a name.',
  ),
  complete: key(
    text('a path with {run}, or ""', path => path === '' || path.includes('{run}')),
    '',
    'A file that says a run is whole; empty: known at the end only.',
  ),
  exit_codes: key<Recipe['exitCodes']>(
    table('a table of process (or "*") → exit status → { reason = CODE, cure = "retry" | "memory" | "none" }', exitCodesSchema),
    {},
    'What a failed process means: a reason code, and whether another try or more memory may help.',
  ),
} as const satisfies Record<string, Setting<unknown>>

/** What was set of one recipe; a key that nobody set is missing. */
export type RecipeGiven = {
  [Key in keyof typeof recipeKeys]?: (typeof recipeKeys)[Key] extends Setting<infer Value> ? Value : never
}
