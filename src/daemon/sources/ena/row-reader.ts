import { isRunAccession } from '../../../core/accession.ts'
import type { RunAccession } from '../../../core/accession.ts'
import { Fault } from '../../fetch/fault.ts'
import { allFields } from './fields.ts'
import { placesIn, toRun } from './to-run.ts'
import type { BadRow, GoodRow, Places } from './to-run.ts'

/** Reads rows under one header, whatever the order of its columns; columns that we did not ask for are ignored. */
export class RowReader {
  private readonly columnCount: number
  private readonly places: Places
  /** For each of our fields its place in a row (-1: not there); undefined when the row is in our own order already. */
  private readonly order: number[] | undefined
  /** Cells up to the last one that we parse. */
  private readonly readCount: number

  /** Throws `broken-answer` when the header lacks a column that every run must have. */
  constructor(columns: readonly string[], name: string) {
    const places = placesIn(columns)
    if (Array.isArray(places)) {
      throw new Fault('broken-answer', `${name}: the answer lacks the column ${places.join(', ')}`, { passing: false })
    }
    this.columnCount = columns.length
    this.places = places
    const isOurs = columns.length === allFields.length && allFields.every((field, place) => columns[place] === field)
    this.order = isOurs ? undefined : allFields.map(field => columns.indexOf(field))
    this.readCount = isOurs ? Math.max(...Object.values(places)) + 1 : columns.length
  }

  /** One line of a TSV. */
  readLine(line: string): GoodRow | BadRow {
    // Most columns are for people: they are counted, but not cut apart.
    const cells = line.split('\t', this.readCount)
    const cellCount = cells.length < this.readCount ? cells.length : cellsIn(line)
    if (cellCount !== this.columnCount) {
      const accession = accessionIn(cells[this.places.run_accession])
      return { kind: 'bad', accession, why: `${cellCount} cells under ${this.columnCount} columns` }
    }
    return toRun(cells, this.places, this.order === undefined ? line : reorder(cells, this.order))
  }
}

/** One row of a JSON answer. What would break a line of ours, a tab or a line end within a cell, becomes a blank. */
export function readRecord(row: Readonly<Record<string, string>>): GoodRow | BadRow {
  const cells = allFields.map(field => (row[field] ?? '').replace(/[\t\r\n]+/g, ' '))
  return toRun(cells, ourPlaces, cells.join('\t'))
}

const ourPlaces = placesIn(allFields) as Places

function cellsIn(line: string): number {
  let count = 1
  for (let place = line.indexOf('\t'); place !== -1; place = line.indexOf('\t', place + 1)) count += 1
  return count
}

function reorder(cells: readonly string[], order: readonly number[]): string {
  return order.map(place => cells[place] ?? '').join('\t')
}

function accessionIn(cell: string | undefined): RunAccession | undefined {
  return cell !== undefined && isRunAccession(cell) ? cell : undefined
}
