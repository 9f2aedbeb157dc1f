import { parse, TomlError } from 'smol-toml'
import { Problem } from '../../core/problem.ts'
import { keyLines, lineOf } from './key-lines.ts'
import { fixedKeys, hintForKey, hintForVariable, keyOfVariable, settingOf } from './known-keys.ts'
import { usualVariables } from './network.ts'
import type { Setting } from './setting.ts'

/** Where settings may be given; the first of them wins. */
export interface SettingLayers {
  /** `section.key=value`, as given to `--setting`. */
  flags: readonly string[]
  environment: Readonly<Record<string, string | undefined>>
  /** The settings file; undefined when there is none. */
  file: { path: string; text: string } | undefined
}

/** A setting with the place that decided it. */
export interface SettingInForce {
  key: string
  value: unknown
  /** The value to print: names and passwords in addresses are left out. */
  safeValue: unknown
  from: 'flag' | 'environment' | 'file' | 'default'
  /** `FILE:LINE`, the variable, or the flag; empty for a default. */
  place: string
}

/** Variables that begin with MICROFETCH_ and are no settings: read by the programs themselves and by their tests. */
export const otherVariables: readonly string[] = [
  'MICROFETCH_HOME',
  'MICROFETCH_SERVER_URL',
  'MICROFETCH_SERVER_TOKEN',
  'MICROFETCH_DIGITALOCEAN_TOKEN',
  'MICROFETCH_COLLECTOR_TOKEN',
  'MICROFETCH_COLLECTOR_TOKEN_FILE',
  'MICROFETCH_DEBUG',
  'MICROFETCH_HISTORIES',
]

/**
 * All settings in force: every fixed key, and those keys of recipes that somebody set. Whatever is wrong in any layer,
 * also in one that is overruled, is told in a single Problem (`bad-input`), a line each, with its place and the nearest right name.
 */
export function readSettings(layers: SettingLayers): Map<string, SettingInForce> {
  const faults: string[] = []
  const inForce = new Map<string, SettingInForce>()
  for (const [key, setting] of fixedKeys) {
    inForce.set(key, { key, value: setting.standard, safeValue: setting.standard, from: 'default', place: '' })
  }
  const given = [
    ...fromUsualVariables(layers.environment, faults),
    ...fromFile(layers.file, faults),
    ...fromEnvironment(layers.environment, faults),
    ...fromFlags(layers.flags, faults),
  ]
  for (const setting of given) inForce.set(setting.key, setting)
  if (faults.length > 0) throw new Problem('bad-input', faults.join('\n'))
  return inForce
}

function fromFile(file: SettingLayers['file'], faults: string[]): SettingInForce[] {
  if (file === undefined) return []
  const { path, text } = file
  let parsed: Record<string, unknown>
  try {
    parsed = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const what = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''
    faults.push(`${path}:${error.line}: not TOML: ${what}`)
    return []
  }
  const lines = keyLines(text)
  const found: SettingInForce[] = []
  for (const [key, value] of leaves(parsed)) {
    const line = lineOf(lines, key)
    const place = line === undefined ? path : `${path}:${line}`
    const setting = settingOf(key)
    if (setting === undefined) faults.push(`${place}: there is no setting ${key}${hintForKey(key)}`)
    else
      take({ key, setting, read: setting.kind.fromToml(value), given: JSON.stringify(value), from: 'file', place }, found, faults)
  }
  return found
}

/** The keys of the file with their values; what is not a key of ours is followed down to its last table, to be named whole. */
function* leaves(table: Record<string, unknown>, above = ''): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(table)) {
    const key = above === '' ? name : `${above}.${name}`
    if (isTable(value) && settingOf(key) === undefined && (Object.keys(value).length > 0 || isSection(key)))
      yield* leaves(value, key)
    else yield [key, value]
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function isSection(key: string): boolean {
  return /^recipes(\.[^.]+)?$/.test(key) || [...fixedKeys.keys()].some(known => known.startsWith(`${key}.`))
}

function fromEnvironment(environment: SettingLayers['environment'], faults: string[]): SettingInForce[] {
  const found: SettingInForce[] = []
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith('MICROFETCH_') || otherVariables.includes(variable)) continue
    const key = keyOfVariable(variable)
    const setting = key === undefined ? undefined : settingOf(key)
    if (key === undefined || setting === undefined) {
      faults.push(`environment variable ${variable}: there is no such setting${hintForVariable(variable, otherVariables)}`)
    } else {
      const place = variable
      take(
        { key, setting, read: setting.kind.fromText(text), given: JSON.stringify(text), from: 'environment', place },
        found,
        faults,
      )
    }
  }
  return found
}

/** What other programs take from the environment too; an empty variable is as good as none. */
function fromUsualVariables(environment: SettingLayers['environment'], faults: string[]): SettingInForce[] {
  const found: SettingInForce[] = []
  for (const [key, variables] of Object.entries(usualVariables)) {
    const place = variables.find(variable => (environment[variable] ?? '') !== '')
    const setting = settingOf(key)
    if (place === undefined || setting === undefined) continue
    const text = environment[place] ?? ''
    const bare = key.endsWith('_proxy') && key !== 'network.no_proxy' && !text.includes('://')
    const read = setting.kind.fromText(bare ? `http://${text}` : text)
    take({ key, setting, read, given: JSON.stringify(text), from: 'environment', place }, found, faults)
  }
  return found
}

function fromFlags(flags: readonly string[], faults: string[]): SettingInForce[] {
  const found: SettingInForce[] = []
  for (const flag of flags) {
    const equals = flag.indexOf('=')
    const key = flag.slice(0, equals).trim()
    const text = flag.slice(equals + 1)
    const setting = settingOf(key)
    const place = `--setting ${key}`
    if (equals < 1) faults.push(`--setting ${flag}: expected is SECTION.KEY=VALUE`)
    else if (setting === undefined) faults.push(`${place}: there is no such setting${hintForKey(key)}`)
    else
      take({ key, setting, read: setting.kind.fromText(text), given: JSON.stringify(text), from: 'flag', place }, found, faults)
  }
  return found
}

interface Taken {
  key: string
  setting: Setting<unknown>
  read: unknown
  given: string
  from: SettingInForce['from']
  place: string
}

function take({ key, setting, read, given, from, place }: Taken, found: SettingInForce[], faults: string[]): void {
  if (read === undefined) {
    const where = from === 'environment' ? `environment variable ${place}` : place
    faults.push(`${where}: ${key} = ${given} is wrong; expected is ${setting.kind.says}`)
  } else found.push({ key, value: read, safeValue: withoutSecrets(read), from, place })
}

/** An address may carry a name and a password; they are used, never shown. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  return typeof value === 'string' ? value.replace(/:\/\/[^@/\s]*@/g, '://***@') : value
}
