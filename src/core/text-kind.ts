/** What a setting may hold, read from text as people write it and written back. */
export interface TextKind<Value> {
  /** A right value in words. */
  says: string
  /** Undefined when the text is wrong. */
  read(text: string): Value | undefined
  print(value: Value): string
}

/** A word of the given shape. */
export function text(says: string, shape: RegExp): TextKind<string> {
  return { says, read: given => (shape.test(given.trim()) ? given.trim() : undefined), print: value => value }
}

/** One of a few words; capitals do not matter. */
export function oneOf<Word extends string>(...allowed: readonly Word[]): TextKind<Word> {
  return {
    says: `one of ${allowed.join(', ')}`,
    read: given => allowed.find(word => word.toLowerCase() === given.trim().toLowerCase()),
    print: value => value,
  }
}

/** `true` or `false`. */
export const boolean: TextKind<boolean> = {
  says: 'true or false',
  read: given => ({ true: true, yes: true, false: false, no: false })[given.trim().toLowerCase()],
  print: String,
}

/** A whole number, with or without a sign. */
export function whole(least: number, most: number): TextKind<number> {
  return {
    says: `a whole number from ${least} to ${most}`,
    read: given => {
      const value = Number(given.trim())
      return /^-?\d{1,15}$/.test(given.trim()) && value >= least && value <= most ? value : undefined
    },
    print: String,
  }
}

const factors: Record<string, number> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/** How much of something: `5000000`, `5_000_000`, `5M`, `4.6M`. */
export function amount(least: number): TextKind<number> {
  return {
    says: `a whole number of at least ${least}, such as 5000000 or 5M`,
    read: given => {
      const [, number, unit] = /^(\d[\d_]*(?:\.\d+)?)\s*([kmgt]?)$/i.exec(given.trim()) ?? []
      if (number === undefined || unit === undefined) return undefined
      // Rounded, because 4.6 × 1,000,000 is not whole in binary.
      const value = Math.round(Number(number.replaceAll('_', '')) * (factors[unit.toLowerCase()] ?? 1) * 1000) / 1000
      return Number.isSafeInteger(value) && value >= least ? value : undefined
    },
    print: String,
  }
}

/** How many times over: a number of at least 0, with or without a fraction. */
export const depth: TextKind<number> = {
  says: 'a number of at least 0, such as 20',
  read: given =>
    /^\d{1,9}(\.\d{1,3})?$/.test(given.trim().replace(/[x×]$/i, '')) ? Number(given.trim().replace(/[x×]$/i, '')) : undefined,
  print: String,
}

const any = 'any'

function list<Part extends string>(says: string, readPart: (part: string) => Part | undefined): TextKind<Part[]> {
  return {
    says: `${says}, between commas, or ${any}`,
    read: given => {
      if (given.trim().toLowerCase() === any) return []
      const parts = given.split(',').map(part => readPart(part.trim()))
      const right = parts.filter(part => part !== undefined)
      return right.length === parts.length ? [...new Set(right)] : undefined
    },
    print: parts => (parts.length === 0 ? any : parts.join(',')),
  }
}

/** Words as the archive spells them; `any` is an empty list, which asks nothing. */
export const words: TextKind<string[]> = list('words as ENA spells them', part =>
  /^[\w][\w .()-]{0,59}$/.test(part) ? part : undefined,
)

/** Layouts as the read files show them. */
export const layouts: TextKind<('paired' | 'single')[]> = list('paired, single', part => oneOf('paired', 'single').read(part))
