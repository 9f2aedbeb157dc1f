import { writeEvent } from './events.ts'
import type { Ledger, Reader, Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import { columnNames, columnValues, judgedColumns, type AnsweredRun, type KeptRun, type RunColumns } from './run-columns.ts'
import { markTaxaStale } from './stale-files.ts'
import { markUnjudged } from './verdicts.ts'

/** What storing some rows of an answer came to. */
export interface Stored {
  /** Runs that the ledger had never seen. */
  newRuns: number
  /** Runs whose files, state or judged cells changed. */
  changedRuns: number
}

/** The runs of an answer that are not in the ledger as they are: new, changed, or not (or no longer) known to belong to the taxon. */
export async function differingRuns(read: Reader, taxId: number, runs: readonly AnsweredRun[]): Promise<AnsweredRun[]> {
  const stored = await read
    .selectFrom('runs')
    .select(['run_accession', 'row_hash'])
    .where(
      'run_accession',
      'in',
      runs.map(one => one.run.runAccession),
    )
    .execute()
  const hashes = new Map(stored.map(row => [row.run_accession, row.row_hash]))
  const same = runs.filter(one => hashes.get(one.run.runAccession) === one.rowHash)
  const belongs = await belongingRuns(
    read,
    taxId,
    same.map(one => one.run.runAccession),
  )
  return runs.filter(one => !belongs.has(one.run.runAccession))
}

async function belongingRuns(read: Reader, taxId: number, accessions: readonly string[]): Promise<Set<string>> {
  if (accessions.length === 0) return new Set()
  const rows = await read
    .selectFrom('verdicts')
    .select('run_accession')
    .where('tax_id', '=', taxId)
    .where('run_accession', 'in', accessions)
    .where('missed_checks', '=', 0)
    .where('left_subtree_at', 'is', null)
    .execute()
  return new Set(rows.map(row => row.run_accession))
}

/** For which taxon rows are stored (undefined: none, the run was looked up by accession), and their columns. */
export interface StoreFor {
  taxId: number | undefined
  /** Number of the list of metadata columns. */
  fieldSet: number
}

/**
 * Stores rows of an answer and writes only what differs: new runs with a verdict not yet given; changed ones, whose verdicts of all
 * taxa are then to be given anew; the verdict of a run that was known through another taxon only. One transaction's worth.
 */
export async function storeRuns(
  ledger: Ledger,
  tx: Tx,
  runs: readonly KeptRun[],
  { taxId, fieldSet }: StoreFor,
  cause: Cause,
): Promise<Stored> {
  if (runs.length === 0) return { newRuns: 0, changedRuns: 0 }
  const known = await knownRuns(tx, accessionsOf(runs))
  const fresh = runs.filter(run => !known.has(run.runAccession))
  const changed = runs.filter(run => known.get(run.runAccession)?.row_hash !== run.rowHash && known.has(run.runAccession))
  const at = cause.at.toISOString()
  insertRuns(ledger, fresh, fieldSet, at)
  const matters = await updateRuns(ledger, tx, changed, { known, fieldSet, cause })
  const belonging =
    taxId === undefined
      ? 0
      : await settleBelonging(ledger, tx, taxId, { fresh, known: runs.filter(run => known.has(run.runAccession)) })
  await markUnjudged(tx, matters)
  await markStale(tx, { taxId, changed, isListChanged: fresh.length + belonging > 0 })
  return { newRuns: fresh.length, changedRuns: matters.length }
}

type KnownRun = RunColumnsInTable & { run_accession: string; row_hash: string; waiting_since: string | null }
type RunColumnsInTable = Omit<Pick<RunColumns, (typeof judgedColumns)[number]>, 'archive_state'> & { archive_state: string }

async function knownRuns(tx: Tx, accessions: readonly string[]): Promise<Map<string, KnownRun>> {
  const rows = await tx
    .selectFrom('runs')
    .select(['run_accession', 'row_hash', 'waiting_since'])
    .select(judgedColumns)
    .where('run_accession', 'in', accessions)
    .execute()
  return new Map(rows.map(row => [row.run_accession, row]))
}

const insertOne = `insert into runs (run_accession, ${columnNames.join(', ')}, field_set, row_hash, first_seen_at, changed_at, waiting_since,
  waiting_looks, next_look_at, withdrawn_at, metadata) values (?, ${columnNames.map(() => '?').join(', ')}, ?, ?, ?, ?, ?, 0, null, null, ?)`

function insertRuns(ledger: Ledger, runs: readonly KeptRun[], fieldSet: number, at: string): void {
  ledger.runMany(
    insertOne,
    runs.values().map(({ runAccession, columns, rowHash, metadata }) => {
      const waitingSince = columns.archive_state === 'waiting' ? at : null
      return [runAccession, ...columnValues(columns), fieldSet, rowHash, at, at, waitingSince, metadata]
    }),
  )
}

const setColumns = `${columnNames.map(name => `${name} = ?`).join(', ')}, field_set = ?, row_hash = ?, metadata = ?`
const updateMetadata = `update runs set ${setColumns} where run_accession = ?`
const updateWhole = `update runs set ${setColumns}, changed_at = ?, waiting_since = ?, waiting_looks = case when ? then waiting_looks else 0 end,
  next_look_at = case when ? then next_look_at end, withdrawn_at = null where run_accession = ?`

interface UpdateWith {
  known: ReadonlyMap<string, KnownRun>
  fieldSet: number
  cause: Cause
}

/** Updates rows; accessions of those that must be judged anew. */
async function updateRuns(
  ledger: Ledger,
  tx: Tx,
  runs: readonly KeptRun[],
  { known, fieldSet, cause }: UpdateWith,
): Promise<string[]> {
  const at = cause.at.toISOString()
  const plain: unknown[][] = []
  const whole: unknown[][] = []
  const matters: string[] = []
  for (const { runAccession, columns, rowHash, metadata } of runs) {
    const before = known.get(runAccession)
    const values = [...columnValues(columns), fieldSet, rowHash, metadata]
    if (before === undefined || !hasChanged(before, columns)) {
      plain.push([...values, runAccession])
      continue
    }
    matters.push(runAccession)
    const isWaiting = columns.archive_state === 'waiting'
    const stillWaits = isWaiting && before.archive_state === 'waiting' ? 1 : 0
    const since = isWaiting ? (stillWaits === 1 ? before.waiting_since : at) : null
    whole.push([...values, at, since, stillWaits, stillWaits, runAccession])
    await noteChange(tx, runAccession, before, columns, cause)
  }
  ledger.runMany(updateMetadata, plain)
  ledger.runMany(updateWhole, whole)
  return matters
}

function hasChanged(before: RunColumnsInTable, now: RunColumns): boolean {
  return judgedColumns.some(name => before[name] !== now[name])
}

async function noteChange(tx: Tx, runAccession: string, before: KnownRun, now: RunColumns, cause: Cause): Promise<void> {
  const event = changeName(before, now)
  if (event === undefined) return
  const why = event === 'changed' ? `its files are ${now.revision ?? ''} now, they were ${before.revision ?? ''}` : cause.why
  await writeEvent(
    tx,
    { subject: 'run', subjectId: runAccession, event, from: before.archive_state, to: now.archive_state },
    { ...cause, why },
  )
}

function changeName(before: KnownRun, now: RunColumns): string | undefined {
  if (before.archive_state === 'withdrawn') return 'came back'
  if (before.revision === now.revision) return undefined
  if (before.revision === null) return 'first files'
  return now.revision === null ? 'lost its files' : 'changed'
}

const insertVerdict = `insert into verdicts (tax_id, run_accession, verdict, reasons_json, filter_set, judged_at, skip, missed_checks, missed_since,
  left_subtree_at, delivery_id) values (?, ?, 'unjudged', '[]', '', null, null, 0, null, null, null)`
const cameBack = `update verdicts set missed_checks = 0, missed_since = null, left_subtree_at = null,
  verdict = case when left_subtree_at is null then verdict else 'unjudged' end where tax_id = ? and run_accession = ?`

/** Every listed run has a verdict row of the taxon, and none that says it was missed or has left. */
async function settleBelonging(
  ledger: Ledger,
  tx: Tx,
  taxId: number,
  runs: { fresh: readonly KeptRun[]; known: readonly KeptRun[] },
): Promise<number> {
  const rows = runs.known.length === 0 ? [] : await verdictMarks(tx, taxId, accessionsOf(runs.known))
  const there = new Set(rows.map(row => row.run_accession))
  const missing = [...runs.fresh, ...runs.known.filter(run => !there.has(run.runAccession))]
  ledger.runMany(
    insertVerdict,
    missing.values().map(run => [taxId, run.runAccession]),
  )
  const back = rows.filter(row => row.missed_checks > 0 || row.left_subtree_at !== null)
  ledger.runMany(
    cameBack,
    back.map(row => [taxId, row.run_accession]),
  )
  return missing.length + back.length
}

function verdictMarks(tx: Tx, taxId: number, accessions: readonly string[]) {
  return tx
    .selectFrom('verdicts')
    .select(['run_accession', 'missed_checks', 'left_subtree_at'])
    .where('tax_id', '=', taxId)
    .where('run_accession', 'in', accessions)
    .execute()
}

function accessionsOf(runs: readonly KeptRun[]): string[] {
  return runs.map(run => run.runAccession)
}

async function markStale(
  tx: Tx,
  what: { taxId: number | undefined; changed: readonly KeptRun[]; isListChanged: boolean },
): Promise<void> {
  const taxIds = new Set(what.isListChanged && what.taxId !== undefined ? [what.taxId] : [])
  if (what.changed.length > 0) {
    const accessions = what.changed.map(run => run.runAccession)
    const rows = await tx.selectFrom('verdicts').select('tax_id').distinct().where('run_accession', 'in', accessions).execute()
    for (const row of rows) taxIds.add(row.tax_id)
  }
  await markTaxaStale(tx, [...taxIds], { metadata: true })
}
