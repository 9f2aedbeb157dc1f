/** A cell as RFC 4180 wants it: in quotes where it holds a comma, a quote or a line break. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A line of cells, with its line feed. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

/** A row of a CSV text with the number of the line on which it begins, from 1. */
export interface CsvRow {
  line: number
  cells: string[]
}

// A cell in quotes or a plain one, then what ends it. Quotes in quotes are doubled.
const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y

/** Reads CSV as RFC 4180 describes it; empty lines are left out. Undefined where a row cannot be read, with the rest of its line skipped. */
export function readCsv(text: string): { rows: CsvRow[]; badLines: number[] } {
  const rows: CsvRow[] = []
  const badLines: number[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const read = readRow(text, at)
    const end = read?.end ?? endOfLine(text, at)
    if (read === undefined) badLines.push(line)
    else if (read.cells.length > 1 || read.cells[0] !== '') rows.push({ line, cells: read.cells })
    line += text.slice(at, end).split(/\r\n|\n|\r/).length - 1
    at = end
  }
  return { rows, badLines }
}

function readRow(text: string, from: number): { cells: string[]; end: number } | undefined {
  const cells: string[] = []
  for (let at = from; ;) {
    cellPattern.lastIndex = at
    const found = cellPattern.exec(text)
    if (found === null) return undefined
    const [whole, quoted, plain = '', ending] = found
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    at += whole.length
    if (ending !== ',') return { cells, end: at }
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end + 1
}
