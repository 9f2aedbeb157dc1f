import { QueryError } from './query-error.ts'
import { type Piece, splitQuery } from './split-query.ts'

/** A query as a tree. `taxon` is true of one taxon or of its subtree; `compare` looks at one column. */
export type Query =
  | { kind: 'all' }
  | { kind: 'and' | 'or'; left: Query; right: Query }
  | { kind: 'not'; of: Query }
  | { kind: 'taxon'; taxId: number; withSubtree: boolean }
  | { kind: 'named'; name: string }
  | { kind: 'compare'; column: string; sign: '=' | '!=' | '>=' | '<=' | '>' | '<'; value: string }

/** Reads a query of the portal's language. `NOT` binds closer than `AND`, and `AND` closer than `OR`. Throws a QueryError. */
export function readQuery(text: string, isColumn: (id: string) => boolean): Query {
  const pieces = splitQuery(text)
  if (pieces.length === 0) return { kind: 'all' }
  const reader = new QueryReader(pieces, isColumn)
  const query = reader.either()
  reader.end()
  return query
}

class QueryReader {
  private at = 0
  private readonly pieces: readonly Piece[]
  private readonly isColumn: (id: string) => boolean

  constructor(pieces: readonly Piece[], isColumn: (id: string) => boolean) {
    this.pieces = pieces
    this.isColumn = isColumn
  }

  either(): Query {
    let left = this.both()
    while (this.takeWord('OR')) left = { kind: 'or', left, right: this.both() }
    return left
  }

  end(): void {
    if (this.at < this.pieces.length) throw new QueryError('Invalid query: something stands behind its end')
  }

  private both(): Query {
    let left = this.one()
    while (this.takeWord('AND')) left = { kind: 'and', left, right: this.one() }
    return left
  }

  private one(): Query {
    if (this.takeWord('NOT')) return { kind: 'not', of: this.one() }
    const piece = this.take()
    if (piece?.kind === 'open') {
      const inner = this.either()
      this.takeClose()
      return inner
    }
    if (piece?.kind !== 'word') throw new QueryError('Invalid query: a column or a function was expected')
    return this.pieces[this.at]?.kind === 'open' ? this.call(piece.text) : this.compare(piece.text)
  }

  private call(name: string): Query {
    const text = this.takeGiven()
    if (name === 'tax_name') return { kind: 'named', name: text }
    if (name !== 'tax_tree' && name !== 'tax_eq') throw new QueryError(`Invalid query: unknown function ${name}`)
    if (!/^\d+$/.test(text)) throw new QueryError(`Invalid query: ${name} takes the number of a taxon, not ${text}`)
    return { kind: 'taxon', taxId: Number(text), withSubtree: name === 'tax_tree' }
  }

  private compare(column: string): Query {
    if (!this.isColumn(column)) throw new QueryError(`Invalid field(s) supplied: ${column}`)
    const sign = this.take()
    if (sign?.kind !== 'compare') throw new QueryError(`Invalid query: no comparison behind ${column}`)
    const value = this.take()
    if (value?.kind !== 'word' && value?.kind !== 'quoted') throw new QueryError(`Invalid query: no value behind ${column}`)
    return { kind: 'compare', column, sign: sign.sign, value: value.text }
  }

  /** What stands between a function's brackets; names such as Shigella sonnei may come without quotes. */
  private takeGiven(): string {
    this.at++
    const words: string[] = []
    for (let piece = this.take(); piece?.kind !== 'close'; piece = this.take()) {
      if (piece?.kind !== 'word' && piece?.kind !== 'quoted') throw new QueryError('Invalid query: a closing bracket is missing')
      words.push(piece.text)
    }
    return words.join(' ')
  }

  private take(): Piece | undefined {
    return this.pieces[this.at++]
  }

  private takeWord(word: string): boolean {
    const piece = this.pieces[this.at]
    if (piece?.kind !== 'word' || piece.text.toUpperCase() !== word) return false
    this.at++
    return true
  }

  private takeClose(): void {
    if (this.take()?.kind !== 'close') throw new QueryError('Invalid query: a closing bracket is missing')
  }
}
