import { plainText } from './plain-text.ts'
import type { Screen } from './screen.ts'
import { gap, layTable, titleOf, type TableLayout } from './table-layout.ts'

/** One column: its name as JSON has it, how a cell reads, and whether numbers stand to the right. */
export interface Column<Row> {
  /** The name in tab separated output: small letters and underscores, as bioinformaticians write columns. */
  name: string
  /** The whole value, for programs. */
  value: (row: Row) => string | number | boolean | null
  /** For people, where it reads better than the value. */
  show?: (row: Row) => string
  right?: boolean
  /** Only in tab separated output: too much for a terminal. */
  hidden?: boolean
  /** Never cut short on a terminal, however narrow it is. */
  whole?: boolean
  /** Words are cut to no less than this many letters while another column can give way. */
  least?: number
  /** On a terminal without room for every column it may be left out; the highest goes first. */
  spare?: number
  /** What stands above it on a terminal; else the name. */
  title?: string
}

/** Rows as a table for a terminal, or tab separated and never cut for a program. Rows may come page by page. */
export async function printRows<Row>(
  screen: Screen,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
): Promise<number> {
  return screen.isTable ? printTable(screen, columns, rows) : printTabs(screen, columns, rows)
}

/** Tab separated values with a header, nothing quoted: tabs and line breaks inside a value become blanks. */
export async function printTabs<Row>(
  screen: Pick<Screen, 'data'>,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
): Promise<number> {
  await screen.data(columns.map(column => column.name).join('\t'))
  let count = 0
  for await (const row of rows) {
    await screen.data(columns.map(column => tabCell(column.value(row))).join('\t'))
    count += 1
  }
  return count
}

function tabCell(value: string | number | boolean | null): string {
  return value === null ? '' : String(value).replace(/[\t\r\n]+/g, ' ')
}

/** So many rows decide together how wide the columns of a terminal are. */
const rowsAtOnce = 200

async function printTable<Row>(
  screen: Screen,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row> | Iterable<Row>,
): Promise<number> {
  const candidates = columns.filter(column => column.hidden !== true)
  let layout: TableLayout<Row> | undefined
  const missed = new Set<string>()
  let page: Row[] = []
  let count = 0
  const flush = async (): Promise<void> => {
    const isFirst = layout === undefined
    layout ??= layTable(candidates, cellsOf(candidates, page), screen.width)
    const { shown, widths } = layout
    const lines = cellsOf(shown, page).map(cells => lineOf(shown, cells, widths))
    if (isFirst) lines.unshift(screen.dataPaint.bold(lineOf(shown, shown.map(titleOf), widths)))
    for (const column of layout.dropped) if (page.some(row => !isNothing(tableCell(column, row)))) missed.add(column.name)
    if (lines.length > 0) await screen.data(lines.join('\n'))
    page = []
  }
  for await (const row of rows) {
    page.push(row)
    count += 1
    if (page.length >= rowsAtOnce) await flush()
  }
  if (page.length > 0) await flush()
  if (missed.size > 0) screen.say(screen.paint.dim(`No room here for: ${[...missed].join(', ')}`))
  return count
}

function cellsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[][] {
  return rows.map(row => columns.map(column => tableCell(column, row)))
}

function isNothing(cell: string): boolean {
  return cell === '' || cell === '0'
}

function tableCell<Row>(column: Column<Row>, row: Row): string {
  const text = column.show === undefined ? String(column.value(row) ?? '') : column.show(row)
  return plainText(text).trim()
}

function lineOf(columns: readonly { right?: boolean }[], cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, place) => {
      const width = widths[place] ?? cell.length
      const fits = cell.length <= width ? cell : `${cell.slice(0, Math.max(0, width - 1))}…`
      return columns[place]?.right === true ? fits.padStart(width) : fits.padEnd(width)
    })
    .join(' '.repeat(gap))
    .trimEnd()
}
