import type { CellMaker } from '../cells/cell-maker.ts'
import { cellOf, plainCells, textCells, variantColumns } from '../cells/cells.ts'
import { columnsOfMadeFiles } from '../cells/file-cells.ts'
import { ByteGatherer } from './byte-gatherer.ts'
import { hashText } from '../seeded-chance.ts'
import { type RunRow, variants } from '../world/run-row.ts'
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

/** A part of a row: fixed text, or a maker of one cell. Texts are kept as the bytes of their UTF-8, one letter for each. */
type Part = string | CellMaker

const beyondAscii = /[^\0-\x7f]/
const rowsMadeAtOnce = 8

/** How a list of rows begins, what stands before the first row and between two, and how it ends. */
interface Frame {
  head: string
  first: string
  between: string
  end: string
  endOfNone: string
}

function frameOf(columns: readonly string[], { format, staysOpen }: RowLayout): Frame {
  if (format === 'tsv') return { head: `${columns.join('\t')}\n`, first: '', between: '', end: '', endOfNone: '' }
  const list = { head: '[', first: '\n', between: ',\n' }
  return staysOpen === true ? { ...list, end: '', endOfNone: '' } : { ...list, end: '\n]\n', endOfNone: ']\n' }
}

/** Writes rows as UTF-8 in pieces of about 128 KB, however many there are. Files that the cells speak of are made on the way. */
export async function* encodeRows(rows: Iterable<RunRow>, layout: RowLayout, world: World): AsyncGenerator<Buffer> {
  const isJson = layout.format === 'json'
  const columns = isJson ? mixedKeys(layout.columns) : layout.columns
  const encode = isJson ? jsonEncoder(columns, world) : tsvEncoder(columns, world)
  const needsFiles = columns.some(column => columnsOfMadeFiles.has(column))
  const frame = frameOf(columns, layout)
  const bytes = new ByteGatherer()
  bytes.add(asBytes(frame.head))
  let sent = 0
  for await (const ready of needsFiles ? withFiles(rows, world) : [rows]) {
    for (const row of ready) {
      bytes.add((sent === 0 ? frame.first : frame.between) + encode(row))
      sent++
      world.counts.rowsSent++
      if (bytes.isFull()) yield bytes.take()
    }
  }
  bytes.add(sent === 0 ? frame.endOfNone : frame.end)
  yield bytes.take()
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
  const partsOf = remembered(row =>
    joinParts(columns.flatMap((column, at) => [at === 0 ? '' : '\t', partOf(row, column, world)]).concat('\n')),
  )
  return row => {
    if (row.change !== undefined) return asBytes(`${columns.map(column => cellOf(row, column, world)).join('\t')}\n`)
    return writeParts(partsOf(row), row, world)
  }
}

function jsonEncoder(columns: readonly string[], world: World): (row: RunRow) => string {
  const keys = columns.map((column, at) => `${at === 0 ? '{' : ','}${JSON.stringify(column)}:"`)
  const partsOf = remembered(row =>
    joinParts(columns.flatMap((column, at) => [keys[at] ?? '', jsonPart(row, column, world), '"']).concat('}')),
  )
  return row => {
    if (row.change === undefined) return writeParts(partsOf(row), row, world)
    return asBytes(JSON.stringify(Object.fromEntries(columns.map(column => [column, cellOf(row, column, world)]))))
  }
}

function writeParts(parts: readonly Part[], row: RunRow, world: World): string {
  let text = ''
  for (const part of parts) text += typeof part === 'string' ? part : part(row, world)
  return text
}

/** Parts are laid out once for a kind of study, and once for each variant of it where files are promised. */
function remembered(layOut: (row: RunRow) => Part[]): (row: RunRow) => readonly Part[] {
  const known = new Map<StudyKind, (readonly Part[] | undefined)[]>()
  return row => {
    let ofKind = known.get(row.kind)
    if (ofKind === undefined) known.set(row.kind, (ofKind = []))
    const variant = isPromised(row) ? row.index % variants : 0
    return (ofKind[variant] ??= layOut(row))
  }
}

function isPromised(row: RunRow): boolean {
  return row.set.group.content === 'promised'
}

function partOf(row: RunRow, column: string, world: World): Part {
  const shared = row.kind.cells.get(column)
  if (shared !== undefined) return asBytes(shared)
  const text = textCells.get(column)
  const make = text === undefined ? plainCells.get(column) : (some: RunRow) => asBytes(text(some, world))
  if (make === undefined) return ''
  return isPromised(row) && variantColumns.has(column) ? make(row, world) : make
}

function jsonPart(row: RunRow, column: string, world: World): Part {
  const part = partOf(row, column, world)
  if (typeof part === 'string') return escaped(part)
  return textCells.has(column) ? some => escaped(part(some, world)) : part
}

function asBytes(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/**
 * Neighbouring fixed texts become one, so that a row of a hundred columns is written in some twenty steps.
 * Each is copied through bytes: a text that was put together piece by piece would be walked piece by piece for every row.
 */
function joinParts(parts: readonly Part[]): Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1').toString('latin1') : part))
}
