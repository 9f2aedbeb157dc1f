import { QueryError } from './query-error.ts'

/** A piece of a query: a bracket, a comparison, a word, or a value that stood in quotes. */
export type Piece =
  | { kind: 'open' | 'close' }
  | { kind: 'compare'; sign: '=' | '!=' | '>=' | '<=' | '>' | '<' }
  | { kind: 'word'; text: string }
  | { kind: 'quoted'; text: string }

const pattern = /\s*(?:(\()|(\))|(!=|>=|<=|=|>|<)|"([^"]*)"|([^\s()=<>!"]+))/y

/** Splits a query into its pieces. The whole query may itself stand in quotes. */
export function splitQuery(query: string): Piece[] {
  const text = unwrap(query.trim())
  const pieces: Piece[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text)
    if (found === null) throw new QueryError(`Invalid query: cannot read "${text.slice(0, 80)}"`)
    pieces.push(pieceOf(found))
  }
  return pieces
}

function pieceOf(found: RegExpExecArray): Piece {
  const [, open, close, sign, quoted, word] = found
  if (open !== undefined) return { kind: 'open' }
  if (close !== undefined) return { kind: 'close' }
  if (sign !== undefined) return { kind: 'compare', sign: sign as '=' }
  if (quoted !== undefined) return { kind: 'quoted', text: quoted }
  return { kind: 'word', text: word ?? '' }
}

function unwrap(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text
}
