import { plainText } from './plain-text.ts'
import type { Screen } from './screen.ts'

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
  let shown = columns.filter(column => column.hidden !== true)
  let widths: number[] | undefined
  let page: Row[] = []
  let count = 0
  const flush = async (): Promise<void> => {
    const isFirst = widths === undefined
    // A column in which nothing stands tells nothing, and takes room from the others.
    if (isFirst) shown = shown.filter(column => page.some(row => tableCell(column, row) !== ''))
    const cells = page.map(row => shown.map(column => tableCell(column, row)))
    widths ??= widthsOf(shown, cells, screen.width)
    const lines = cells.map(cellsOfRow => lineOf(shown, cellsOfRow, widths ?? []))
    if (isFirst) lines.unshift(screen.paint.bold(lineOf(shown, shown.map(titleOf), widths)))
    if (lines.length > 0) await screen.data(lines.join('\n'))
    page = []
  }
  for await (const row of rows) {
    page.push(row)
    count += 1
    if (page.length >= rowsAtOnce) await flush()
  }
  if (page.length > 0) await flush()
  return count
}

function titleOf(column: { name: string }): string {
  return column.name.replaceAll('_', ' ').toUpperCase()
}

function tableCell<Row>(column: Column<Row>, row: Row): string {
  const text = column.show === undefined ? String(column.value(row) ?? '') : column.show(row)
  return plainText(text).trim()
}

const gap = 2
const narrowest = 8

type Layout = readonly { name: string; right?: boolean; whole?: boolean }[]

function widthsOf(columns: Layout, cells: readonly string[][], width: number): number[] {
  const widths = columns.map((column, place) => Math.max(titleOf(column).length, ...cells.map(row => row[place]?.length ?? 0)))
  const giving = columns.flatMap((column, place) => (column.right === true || column.whole === true ? [] : [place]))
  // The widest column of words gives way until a line fits, down to the next widest only, so that none is lost for the others.
  for (let room = width - sum(widths) - gap * (columns.length - 1); room < 0;) {
    const [widest, next] = giving.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
    const size = widths[widest ?? -1] ?? 0
    if (widest === undefined || size <= narrowest) break
    const least = Math.max(narrowest, next === undefined ? 0 : (widths[next] ?? 0))
    const step = Math.min(-room, Math.max(1, size - least))
    widths[widest] = size - step
    room += step
  }
  return widths
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
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
