import type { Column } from './print-table.ts'

/** The columns of a table that a terminal has room for, and how wide each is. */
export interface TableLayout<Row> {
  shown: readonly Column<Row>[]
  widths: readonly number[]
  /** Left out for want of room. */
  dropped: readonly Column<Row>[]
}

/** Between two columns. */
export const gap = 2
/** No column of words is cut below this, but where nothing else helps. */
const narrowest = 8

interface Measured<Row> {
  column: Column<Row>
  title: string
  /** As wide as everything in it. */
  natural: number
  /** Less than this says too little. */
  least: number
  isZero: boolean
}

/**
 * Fits columns into `width`. What is empty is left out; then, while not everything fits whole, what is zero throughout and what the
 * columns themselves call `spare`, and of these no more than is needed. Only then words are cut, the widest first.
 */
export function layTable<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  width: number,
): TableLayout<Row> {
  const measured = columns.map((column, place) =>
    measure(
      column,
      cells.map(row => row[place] ?? ''),
    ),
  )
  const filled = measured.filter((_column, place) => cells.some(row => (row[place] ?? '') !== ''))
  const leaving = leavingOrder(filled)
  const zeros = leaving.filter(({ isZero }) => isZero).length
  const fits = (count: number, size: 'natural' | 'least') => widthOf(without(filled, leaving, count), size) <= width
  const counts = leaving.map((_column, place) => place + 1)
  // Where nothing makes it fit whole, all that is zero goes, and of the rest what the least widths ask for.
  const left =
    [0, ...counts].find(count => fits(count, 'natural')) ??
    [zeros, ...counts.slice(zeros)].find(count => fits(count, 'least')) ??
    leaving.length
  const shown = without(filled, leaving, left)
  return {
    shown: shown.map(({ column }) => column),
    widths: cutWidths(shown, width),
    dropped: leaving.slice(0, left).map(({ column }) => column),
  }
}

/** What stands above a column. */
export function titleOf({ name, title }: Pick<Column<never>, 'name' | 'title'>): string {
  return (title ?? name.replaceAll('_', ' ')).toUpperCase()
}

function measure<Row>(column: Column<Row>, cells: readonly string[]): Measured<Row> {
  const title = titleOf(column)
  const natural = Math.max(title.length, ...cells.map(cell => cell.length))
  const isFirm = column.right === true || column.whole === true
  return {
    column,
    title,
    natural,
    least: isFirm ? natural : Math.min(natural, Math.max(column.least ?? narrowest, narrowest)),
    isZero: cells.every(cell => cell === '' || cell === '0'),
  }
}

/** What goes first: zeros from the right, then by `spare`, the highest first. */
function leavingOrder<Row>(measured: readonly Measured<Row>[]): readonly Measured<Row>[] {
  const zeros = measured.filter(({ isZero }) => isZero).toReversed()
  const spare = measured.filter(({ isZero, column }) => !isZero && column.spare !== undefined)
  return [...zeros, ...spare.toSorted((a, b) => (b.column.spare ?? 0) - (a.column.spare ?? 0))]
}

function without<Row>(
  measured: readonly Measured<Row>[],
  leaving: readonly Measured<Row>[],
  count: number,
): readonly Measured<Row>[] {
  const gone = new Set(leaving.slice(0, count))
  return measured.filter(column => !gone.has(column))
}

function widthOf<Row>(measured: readonly Measured<Row>[], size: 'natural' | 'least'): number {
  return measured.reduce((sum, column) => sum + column[size], 0) + gap * Math.max(0, measured.length - 1)
}

function cutWidths<Row>(shown: readonly Measured<Row>[], width: number): number[] {
  const widths = shown.map(({ natural }) => natural)
  let room = width - widthOf(shown, 'natural')
  room = giveWay(widths, room, place => shown[place]?.least ?? narrowest)
  // Not even so: below what each would like to keep.
  giveWay(widths, room, place => {
    const { column, natural } = shown[place] ?? {}
    return column?.right === true || column?.whole === true ? (natural ?? 0) : narrowest
  })
  return widths
}

/** The widest column gives way until a line fits, down to the next widest only, so that none is lost for the others; the room that is left. */
function giveWay(widths: number[], before: number, leastOf: (place: number) => number): number {
  let room = before
  while (room < 0) {
    const giving = widths.flatMap((size, place) => (size > leastOf(place) ? [{ size, place }] : []))
    const [widest, next] = giving.toSorted((a, b) => b.size - a.size)
    if (widest === undefined) break
    const least = Math.max(leastOf(widest.place), next === undefined ? 0 : next.size)
    const step = Math.min(-room, Math.max(1, widest.size - least))
    widths[widest.place] = widest.size - step
    room += step
  }
  return room
}
