import type { RunRow } from '../world/run-row.ts'
import type { CellMaker, CellWorld } from './cell-maker.ts'
import { dateCells } from './date-cells.ts'
import { fileCells, sizeColumns } from './file-cells.ts'
import { identityCells } from './identity-cells.ts'
import { sampleCells, variantSampleColumns } from './sample-cells.ts'

/** Makers of cells that hold only letters, digits and marks that need no escape in JSON. */
export const plainCells: ReadonlyMap<string, CellMaker> = new Map(
  Object.entries({ ...identityCells, ...fileCells, ...dateCells }),
)

/** Makers of cells that hold free text. */
export const textCells: ReadonlyMap<string, CellMaker> = new Map<string, CellMaker>([
  ...Object.entries(sampleCells),
  ['scientific_name', scientificName],
])

/** Columns whose cells are the same in all rows of one kind and variant of a promised group, while the world stands still. */
export const variantColumns: ReadonlySet<string> = new Set([...sizeColumns, ...variantSampleColumns, 'tax_id', 'scientific_name'])

function scientificName(row: RunRow, world: CellWorld): string {
  return world.taxonomy.find(world.taxonomy.current(row.taxId))?.name ?? 'unidentified'
}

/** The cell of a row in a column, as the archive would print it now. */
export function cellOf(row: RunRow, column: string, world: CellWorld): string {
  const change = row.change
  const cell = change?.cells?.[column] ?? drawnCell(row, column, world)
  const edit = change?.edits?.[column]
  return edit === undefined ? cell : edit(cell)
}

function drawnCell(row: RunRow, column: string, world: CellWorld): string {
  const shared = row.kind.cells.get(column)
  if (shared !== undefined) return shared
  const make = plainCells.get(column) ?? textCells.get(column)
  return make === undefined ? '' : make(row, world)
}
