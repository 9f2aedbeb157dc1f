import type { CellWorld } from '../cells/cell-maker.ts'
import { cellOf } from '../cells/cells.ts'
import { runColumnById } from '../column-list.ts'
import type { RunRow } from '../world/run-row.ts'
import type { Query } from './read-query.ts'

/** Says whether a row is asked for. */
export type RowTest = (row: RunRow) => boolean

/** Makes the test that a query stands for, in the world as it is now. */
export function rowTest(query: Query, world: CellWorld): RowTest {
  switch (query.kind) {
    case 'all':
      return () => true
    case 'and':
    case 'or': {
      const left = rowTest(query.left, world)
      const right = rowTest(query.right, world)
      return query.kind === 'and' ? row => left(row) && right(row) : row => left(row) || right(row)
    }
    case 'not': {
      const inner = rowTest(query.of, world)
      return row => !inner(row)
    }
    case 'taxon':
      return taxonTest(query.withSubtree ? world.taxonomy.subtree(query.taxId) : new Set([query.taxId]), world)
    case 'named':
      return taxonTest(new Set(world.taxonomy.named(query.name, true).map(taxon => taxon.id)), world)
    case 'compare': {
      const test = cellTest(query)
      return row => test(cellOf(row, query.column, world))
    }
  }
}

function taxonTest(taxa: ReadonlySet<number>, world: CellWorld): RowTest {
  return row => taxa.has(world.taxonomy.current(row.taxId))
}

/** The test of one cell that a comparison stands for: by size for numbers, by letters for days, by pattern for text. */
export function cellTest(query: Extract<Query, { kind: 'compare' }>): (cell: string) => boolean {
  const type = runColumnById.get(query.column)?.type
  if (query.sign === '=' || query.sign === '!=') {
    const isEqual = equalTest(query.value)
    return query.sign === '=' ? isEqual : cell => !isEqual(cell)
  }
  const sign = query.sign
  if (type === 'number') {
    const value = Number(query.value)
    return cell => cell !== '' && holds(Number(cell) - value, sign)
  }
  return cell => cell !== '' && holds(cell < query.value ? -1 : cell > query.value ? 1 : 0, sign)
}

function holds(difference: number, sign: '>=' | '<=' | '>' | '<'): boolean {
  if (difference === 0) return sign === '>=' || sign === '<='
  return difference > 0 ? sign === '>=' || sign === '>' : sign === '<=' || sign === '<'
}

function equalTest(value: string): (cell: string) => boolean {
  const wanted = value.toLowerCase()
  if (!wanted.includes('*')) return cell => cell.toLowerCase() === wanted
  const parts = wanted.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(`^${parts.join('.*')}$`, 'su')
  return cell => pattern.test(cell.toLowerCase())
}
