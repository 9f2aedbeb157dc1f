import type { RunAccession } from '../../../core/accession.ts'
import type { ArchiveRun } from '../../../core/run.ts'
import { AccessionSet } from './accession-set.ts'
import { Doubts } from './doubts.ts'
import type { Table } from './portal-api.ts'
import { RowReader } from './row-reader.ts'
import type { BadRow } from './to-run.ts'

/** What was wrong with the rows of an answer that was believed all the same. */
export interface BadRowReport {
  /** Rows that could not be read but named their run. */
  brokenRows: number
  /** Runs of these that were had by asking for them alone. */
  rescued: number
  /** Lines that named no run. */
  garbledLines: number
  /** Why, for the first few. */
  examples: string[]
}

/** What is done with rows that cannot be read. */
export interface BadRowCare {
  /** Asks for these runs in a way that does not break. */
  rescue(runs: RunAccession[]): Promise<ArchiveRun[]>
  /** Hears once of an answer that held bad rows. */
  report(report: BadRowReport): void
}

const rescuedAtOnce = 100
const mostExamples = 5
// A line end within a cell makes one row into several lines; no cell has this many.
const mostLinesOfRow = 20

/**
 * The runs of a table, each once. Rows that cannot be read but name their run are asked for again after the last row, so that a tab
 * or a line end in some title loses no run. Throws `broken-answer` when the answer repeats itself or is mostly unreadable.
 */
export async function* streamRuns(table: Table, care: BadRowCare): AsyncGenerator<ArchiveRun> {
  const seen = new AccessionSet()
  const doubts = new Doubts(table.name)
  const bad = new BadRows(doubts)
  let last = ''
  try {
    const reader = new RowReader(table.columns, table.name)
    for await (const lines of table.lines) {
      for (const line of lines) {
        const row = reader.readLine(line)
        if (row.kind === 'bad') {
          bad.add(row)
          continue
        }
        const { run } = row
        bad.endRow()
        if (seen.add(run.runAccession)) {
          doubts.sawRun()
          last = run.runAccession
          yield run
        } else if (run.runAccession !== last) doubts.sawRepeat()
      }
    }
  } finally {
    await table.lines.return(undefined)
  }
  let rescued = 0
  for (const run of await bad.rescue(care)) {
    rescued += 1
    if (seen.add(run.runAccession)) yield run
  }
  doubts.sawEnd(rescued)
}

/** Collects what could not be read. */
class BadRows {
  private readonly doubts: Doubts
  private readonly broken = new Set<RunAccession>()
  private readonly examples: string[] = []
  private garbledLines = 0
  private linesToFollow = 0

  constructor(doubts: Doubts) {
    this.doubts = doubts
  }

  add(row: BadRow): void {
    if (row.accession === undefined && this.linesToFollow > 0) {
      this.linesToFollow -= 1
      return
    }
    if (this.examples.length < mostExamples) this.examples.push(`${row.accession ?? '?'}: ${row.why}`)
    if (row.accession === undefined) {
      this.garbledLines += 1
      this.doubts.sawGarbledLine(row.why)
      return
    }
    this.linesToFollow = mostLinesOfRow
    this.broken.add(row.accession)
    this.doubts.sawBrokenRow(row.why)
  }

  /** A good row: what went before it is complete. */
  endRow(): void {
    this.linesToFollow = 0
  }

  async rescue(care: BadRowCare): Promise<ArchiveRun[]> {
    const runs: ArchiveRun[] = []
    const names = [...this.broken]
    for (let from = 0; from < names.length; from += rescuedAtOnce) {
      runs.push(...(await care.rescue(names.slice(from, from + rescuedAtOnce))))
    }
    const { garbledLines, examples } = this
    if (names.length + garbledLines > 0) care.report({ brokenRows: names.length, rescued: runs.length, garbledLines, examples })
    return runs
  }
}
