import type { CellMaker } from '../cells/cell-maker.ts'
import { cellOf, plainCells, textCells } from '../cells/cells.ts'
import { columnsOfMadeFiles } from '../cells/file-cells.ts'
import { hashText } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import type { StudyKind } from '../world/study-kind.ts'
import type { World } from '../world/world.ts'

/** How rows are written: the portal's two formats. */
export interface RowLayout {
  format: 'tsv' | 'json'
  /** Columns in the order in which a TSV shows them; JSON keeps the first and mixes the rest. */
  columns: readonly string[]
  /** Leaves a JSON list open at the end. */
  staysOpen?: boolean
}

type Part = string | CellMaker

const pieceLength = 1 << 17
const rowsMadeAtOnce = 8

/** How a list of rows begins, what parts its rows, and how it ends. */
interface Frame {
  head: string
  between: string
  end: string
  endOfNone: string
}

function frameOf(columns: readonly string[], { format, staysOpen }: RowLayout): Frame {
  if (format === 'tsv') return { head: `${columns.join('\t')}\n`, between: '', end: '', endOfNone: '' }
  if (staysOpen === true) return { head: '[\n', between: ',\n', end: '', endOfNone: '' }
  return { head: '[\n', between: ',\n', end: '\n]\n', endOfNone: ']\n' }
}

/** Writes rows as text in pieces of about 128 KB, however many there are. Files that the cells speak of are made on the way. */
export async function* encodeRows(rows: Iterable<RunRow>, layout: RowLayout, world: World): AsyncGenerator<string> {
  const isJson = layout.format === 'json'
  const columns = isJson ? mixedKeys(layout.columns) : layout.columns
  const encode = isJson ? jsonEncoder(columns, world) : tsvEncoder(columns, world)
  const needsFiles = columns.some(column => columnsOfMadeFiles.has(column))
  const frame = frameOf(columns, layout)
  let piece = frame.head
  let sent = 0
  for await (const ready of needsFiles ? withFiles(rows, world) : [rows]) {
    for (const row of ready) {
      piece += sent === 0 ? encode(row) : frame.between + encode(row)
      sent++
      world.counts.rowsSent++
      if (piece.length < pieceLength) continue
      yield piece
      piece = ''
    }
  }
  yield piece + (sent === 0 ? frame.endOfNone : frame.end)
}

/** Hands rows on by the handful, once their files are made. Rows of promised files need none. */
async function* withFiles(rows: Iterable<RunRow>, world: World): AsyncGenerator<RunRow[]> {
  let handful: RunRow[] = []
  let lacking: RunRow[] = []
  for (const row of rows) {
    handful.push(row)
    if (row.set.group.content !== 'promised' && world.files.known(row) === undefined) lacking.push(row)
    if (lacking.length < rowsMadeAtOnce && handful.length < 256) continue
    if (lacking.length > 0) await Promise.all(lacking.map(lack => world.files.filesOf(lack)))
    yield handful
    handful = []
    lacking = []
  }
  await Promise.all(lacking.map(lack => world.files.filesOf(lack)))
  yield handful
}

/** JSON keys come in no order that anybody asked for, but the accession is first. */
function mixedKeys(columns: readonly string[]): string[] {
  const [first = '', ...rest] = columns
  return [first, ...rest.sort((a, b) => hashText(a) - hashText(b))]
}

function tsvEncoder(columns: readonly string[], world: World): (row: RunRow) => string {
  const partsOf = remembered(kind =>
    joinParts(columns.flatMap((column, at) => [at === 0 ? '' : '\t', partOf(kind, column)]).concat('\n')),
  )
  return row => {
    if (row.change !== undefined) return `${columns.map(column => cellOf(row, column, world)).join('\t')}\n`
    return writeParts(partsOf(row.kind), row, world)
  }
}

function jsonEncoder(columns: readonly string[], world: World): (row: RunRow) => string {
  const partsOf = remembered(kind =>
    joinParts(
      columns
        .flatMap((column, at) => [`${at === 0 ? '{' : ','}${JSON.stringify(column)}:"`, jsonPart(kind, column), '"'])
        .concat('}'),
    ),
  )
  return row => {
    if (row.change !== undefined)
      return JSON.stringify(Object.fromEntries(columns.map(column => [column, cellOf(row, column, world)])))
    return writeParts(partsOf(row.kind), row, world)
  }
}

function writeParts(parts: readonly Part[], row: RunRow, world: World): string {
  let text = ''
  for (const part of parts) text += typeof part === 'string' ? part : part(row, world)
  return text
}

function remembered(make: (kind: StudyKind) => Part[]): (kind: StudyKind) => readonly Part[] {
  const known = new Map<StudyKind, readonly Part[]>()
  return kind => {
    let parts = known.get(kind)
    if (parts === undefined) {
      parts = make(kind)
      known.set(kind, parts)
    }
    return parts
  }
}

function partOf(kind: StudyKind, column: string): Part {
  return kind.cells.get(column) ?? plainCells.get(column) ?? textCells.get(column) ?? ''
}

function jsonPart(kind: StudyKind, column: string): Part {
  const part = partOf(kind, column)
  if (typeof part === 'string') return escaped(part)
  return textCells.get(column) === part ? (row, world) => escaped(part(row, world)) : part
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Neighbouring fixed texts become one, so that a row of a hundred columns is written in some twenty steps. */
function joinParts(parts: readonly Part[]): Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined
}
