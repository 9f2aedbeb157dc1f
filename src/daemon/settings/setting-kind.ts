/** What a setting may hold, and how it is read and written. A value that is wrong is read as undefined. */
export interface SettingKind<Value> {
  /** A right value in words, for messages and for the reference: `a whole number of at least 1`. */
  readonly says: string
  /** Reads a value of the settings file. */
  fromToml(value: unknown): Value | undefined
  /** Reads the text of an environment variable or of a flag. */
  fromText(text: string): Value | undefined
  /** The value as it would stand in the settings file. */
  toToml(value: Value): string
}

/** Any text without line breaks; `says` tells what it is for. */
export function text(says: string, isRight: (value: string) => boolean = () => true): SettingKind<string> {
  const read = (value: unknown): string | undefined =>
    typeof value === 'string' && !/[\r\n]/.test(value) && isRight(value) ? value : undefined
  return { says, fromToml: read, fromText: value => read(value.trim()), toToml: value => JSON.stringify(value) }
}

/** One of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): SettingKind<Word> {
  const read = (value: unknown): Word | undefined => words.find(word => word === value)
  return {
    says: `one of ${words.map(word => JSON.stringify(word)).join(', ')}`,
    fromToml: read,
    fromText: value => read(value.trim()),
    toToml: value => JSON.stringify(value),
  }
}

/** `true` or `false`. */
export const yesOrNo: SettingKind<boolean> = {
  says: 'true or false',
  fromToml: value => (typeof value === 'boolean' ? value : undefined),
  fromText: value => ({ true: true, false: false, 1: true, 0: false })[value.trim().toLowerCase()],
  toToml: String,
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): SettingKind<number> {
  const read = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most ? value : undefined
  return {
    says: most === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`,
    fromToml: read,
    fromText: value => (/^-?\d[\d_]*$/.test(value.trim()) ? read(Number(value.trim().replaceAll('_', ''))) : undefined),
    toToml: withUnderscores,
  }
}

/** A number above 0 and up to `most`, with or without a fraction. */
export function above0(most: number): SettingKind<number> {
  const read = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isFinite(value) && value > 0 && value <= most ? value : undefined
  return {
    says: `a number above 0, at most ${most}`,
    fromToml: read,
    fromText: value => (/^\d+(\.\d+)?$/.test(value.trim()) ? read(Number(value)) : undefined),
    toToml: String,
  }
}

/** A list of one kind; as text, its parts stand between commas, and empty text is an empty list. */
export function listOf<Part>(part: SettingKind<Part>, rule: ListRule<Part> = anyList): SettingKind<Part[]> {
  const read = (values: unknown[], readPart: (value: unknown) => Part | undefined): Part[] | undefined => {
    const parts = values.map(readPart).filter(value => value !== undefined)
    return parts.length === values.length && rule.isRight(parts) ? parts : undefined
  }
  return {
    says: `${rule.says} of values, each ${part.says}`,
    fromToml: value => (Array.isArray(value) ? read(value, each => part.fromToml(each)) : undefined),
    fromText: value => read(value.trim() === '' ? [] : value.split(','), each => part.fromText(String(each))),
    toToml: values => `[${values.map(value => part.toToml(value)).join(', ')}]`,
  }
}

/** What is asked of a list as a whole. */
export interface ListRule<Part> {
  says: string
  isRight(parts: readonly Part[]): boolean
}

const anyList: ListRule<unknown> = { says: 'a list', isRight: () => true }

/** A list of numbers that grows from each to the next, with at least one in it. */
export const growing: ListRule<number> = {
  says: 'a growing list',
  isRight: parts => parts.length > 0 && parts.every((part, index) => index === 0 || part > (parts[index - 1] ?? part)),
}

/** An address of HTTP or HTTPS, kept without a slash at its end. `optional`: empty text is right too. */
export function webAddress(optional: 'needed' | 'optional'): SettingKind<string> {
  const read = (value: unknown): string | undefined => {
    if (value === '' && optional === 'optional') return ''
    if (typeof value !== 'string' || !URL.canParse(value)) return undefined
    const { protocol, search, hash } = new URL(value)
    return /^https?:$/.test(protocol) && search === '' && hash === '' ? value.replace(/\/+$/, '') : undefined
  }
  const says = 'an address that begins with http:// or https://'
  return {
    says: optional === 'optional' ? `${says}, or "" for none` : says,
    fromToml: read,
    fromText: value => read(value.trim()),
    toToml: value => JSON.stringify(value),
  }
}

function withUnderscores(value: number): string {
  return value < 1_000_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, '_')
}

/** A command with its first arguments: a list of texts, or one text that is split at blanks. Empty: none. */
export const commandLine: SettingKind<string[]> = {
  says: 'a command as a list of texts (or one text, split at blanks)',
  fromToml: value => (typeof value === 'string' ? splitAtBlanks(value) : listOf(text('a text')).fromToml(value)),
  fromText: splitAtBlanks,
  toToml: words => `[${words.map(word => JSON.stringify(word)).join(', ')}]`,
}

function splitAtBlanks(command: string): string[] {
  return command.split(/\s+/).filter(word => word !== '')
}
