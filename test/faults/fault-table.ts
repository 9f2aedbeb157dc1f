import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const path = join(import.meta.dirname, '..', '..', 'docs', 'src', 'faults.md')

/** A row of the table in `docs/src/faults.md`: a fault of the menu, what it does, what becomes of it. */
export interface FaultRow {
  fault: string
  happens: string
  fate: string
  code: string
}

/** A row about something outside the archive, with the test files that show it. */
export interface OtherRow {
  fault: string
  fate: string
  shownBy: string[]
}

function rowsOfTable(): string[][] {
  const lines = readFileSync(path, 'utf8').split('\n')
  const tables = lines.filter(line => line.startsWith('| '))
  return tables.map(line =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim()),
  )
}

/** The rows whose first cell is the name of a fault in backquotes. */
export function faultRows(): FaultRow[] {
  return rowsOfTable().flatMap(([first = '', happens = '', fate = '', code = '']) => {
    const name = /^`([a-z0-9-]+)`$/.exec(first)?.[1]
    return name === undefined ? [] : [{ fault: name, happens, fate, code }]
  })
}

/** The rows that name a test. */
export function otherRows(): OtherRow[] {
  return rowsOfTable().flatMap(([fault = '', , fate = '', , shown = '']) => {
    const shownBy = [...shown.matchAll(/`([^`]+\.test\.ts)`/g)].map(match => match[1] ?? '')
    return shown === '' || shown === 'Shown by' || /^:?-+:?$/.test(shown) ? [] : [{ fault, fate, shownBy }]
  })
}
