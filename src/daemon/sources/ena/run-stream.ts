import type { RunAccession } from '../../../core/accession.ts'
import type { ArchiveRun } from '../../../core/run.ts'
import { AccessionSet } from './accession-set.ts'
import { Doubts } from './doubts.ts'
import type { Table } from './portal-api.ts'
import { RowReader } from './row-reader.ts'
import type { BadRow } from './to-run.ts'

/** What is done with rows that cannot be read. */
export interface BadRowCare {
  /** Asks for the run in a way that does not break; undefined when that does not help. */
  rescue(run: RunAccession): Promise<ArchiveRun | undefined>
  /** Hears of every bad row, and whether its run was had in another way. */
  report(row: BadRow, rescued: boolean): void
}

// Each one is a request.
const mostRescues = 20

/**
 * The runs of a table, each once. Bad rows whose run is clear are asked for again, one by one, after the last row, so that a tab
 * or a line end in some title does not lose a run. Throws `broken-answer` when the answer repeats itself or is mostly unreadable.
 */
export async function* streamRuns(table: Table, care: BadRowCare): AsyncGenerator<ArchiveRun> {
  const seen = new AccessionSet()
  const doubts = new Doubts(table.name)
  const badRows: BadRow[] = []
  try {
    const reader = new RowReader(table.columns, table.name)
    for await (const lines of table.lines) {
      for (const line of lines) {
        const row = reader.readLine(line)
        if (row.kind === 'bad') {
          doubts.sawBadRow(row.why)
          badRows.push(row)
        } else if (seen.add(row.run.runAccession)) {
          doubts.sawRun()
          yield row.run
        } else doubts.sawRepeat()
      }
    }
  } finally {
    await table.lines.return(undefined)
  }
  doubts.sawEnd()
  yield* rescued(badRows, seen, care)
}

async function* rescued(badRows: readonly BadRow[], seen: AccessionSet, care: BadRowCare): AsyncGenerator<ArchiveRun> {
  let rescues = 0
  for (const row of badRows) {
    const { accession } = row
    const run = accession === undefined || rescues++ >= mostRescues ? undefined : await care.rescue(accession)
    care.report(row, run !== undefined)
    if (run !== undefined && seen.add(run.runAccession)) yield run
  }
}
