import { openNodeSqlite, type NodeSqlite } from './node-sqlite.ts'
import { columnNames, columnValues, type KeptRun, type RunColumns } from './run-columns.ts'

/**
 * One answer of the archive, on disk: which runs it named, and those that differ from the ledger. It lies in a temporary database
 * of its own, which is gone with the program that made it.
 *
 * The archive answers in no order. Written to the ledger as they come, a million runs touch every page of its indexes a thousand
 * times (`docs/src/bench.md` has the figures); kept here first and then taken in the order of their accessions they touch it once, and the
 * ledger's rows lie in that order ever after.
 */
export interface AnswerStore {
  /** Notes that the answer names these runs. */
  see(accessions: readonly string[]): void
  /** Keeps runs that differ from what the ledger has; each run once. Throws when some were asked for already. */
  keep(runs: readonly KeptRun[]): void
  /** The next of the kept runs behind `after`, by accession. Throws when a run was kept twice. */
  keptBehind(after: string, limit: number): KeptRun[]
  /** Which of these accessions the answer does not name. */
  unseen(accessions: readonly string[]): string[]
  close(): void
}

type KeptRow = RunColumns & { run_accession: string; row_hash: string; metadata: string }

const keepOne = `insert into kept values (?, ?, ${columnNames.map(() => '?').join(', ')}, ?)`

/** Opens an empty one. */
export function openAnswerStore(): AnswerStore {
  const db = openNodeSqlite('')
  // Nothing in here outlives the program, so nothing is made safe against its death.
  db.raw.exec('pragma journal_mode = off; pragma synchronous = off')
  db.raw.exec('create table seen (run integer primary key)')
  db.raw.exec(`create table kept (run_accession text, row_hash, ${columnNames.join(', ')}, metadata)`)
  let isInOrder = false
  return {
    see: accessions =>
      insertAll(
        db,
        'insert or ignore into seen values (?)',
        accessions.map(one => [numberOf(one)]),
      ),
    keep: runs => {
      if (isInOrder) throw new Error('an answer that is being taken out takes nothing in')
      insertAll(
        db,
        keepOne,
        runs.values().map(run => [run.runAccession, run.rowHash, ...columnValues(run.columns), run.metadata]),
      )
    },
    keptBehind: (after, limit) => {
      // An index made at the end is sorted once: a quarter of what keeping it in order from the first row costs.
      if (!isInOrder) db.raw.exec('create unique index kept_in_order on kept (run_accession)')
      isInOrder = true
      const rows = db
        .prepare('select * from kept where run_accession > ? order by run_accession limit ?')
        .all([after, limit]) as KeptRow[]
      return rows.map(row => ({
        runAccession: row.run_accession,
        rowHash: row.row_hash,
        columns: row,
        metadata: row.metadata,
      }))
    },
    unseen: accessions => {
      const seen = db.prepare('select 1 from seen where run = ?')
      return accessions.filter(one => seen.all([numberOf(one)]).length === 0)
    },
    close: () => db.raw.close(),
  }
}

const archives = 'ESD'
const runsOfArchive = 1e13

/** A number that stands for one accession alone: compared and kept more cheaply than its letters. */
function numberOf(accession: string): number {
  return archives.indexOf(accession.charAt(0)) * runsOfArchive + Number(accession.slice(3))
}

function insertAll(db: NodeSqlite, statement: string, rows: Iterable<readonly unknown[]>): void {
  const prepared = db.prepare(statement)
  db.raw.exec('begin')
  for (const row of rows) prepared.run(row)
  db.raw.exec('commit')
}
