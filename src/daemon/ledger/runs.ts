import { sql, type Selectable } from 'kysely'
import type { RunToJudge } from '../../core/filters/filter.ts'
import type { ReadFile } from '../../core/run.ts'
import { writeEvent } from './events.ts'
import type { Ledger, Reader, Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import type { RunsTable } from './tables.ts'
import { markUnjudged } from './verdicts.ts'

export type RunRow = Selectable<RunsTable>

/** A run with what judging, owing and shelving see of it; not its metadata. */
export interface JudgedRun {
  run: Omit<RunToJudge, 'leftSubtreeOn'>
  revision: string | null
  waitingSince: string | null
  waitingLooks: number
  nextLookAt: string | null
}

/** These runs as judging sees them, by accession. */
export async function runsToJudge(read: Reader, accessions: readonly string[]): Promise<Map<string, JudgedRun>> {
  if (accessions.length === 0) return new Map()
  const rows = await read
    .selectFrom('runs')
    .select([
      'run_accession',
      'tax_id',
      'archive_state',
      'library_strategy',
      'library_source',
      'library_layout',
      'instrument_platform',
    ])
    .select([
      'base_count',
      'first_public_on',
      'files_json',
      'files_problem',
      'revision',
      'waiting_since',
      'waiting_looks',
      'next_look_at',
    ])
    .where('run_accession', 'in', accessions)
    .execute()
  return new Map(
    rows.map(row => [
      row.run_accession,
      {
        run: {
          runAccession: row.run_accession,
          taxId: row.tax_id,
          archiveState: row.archive_state,
          libraryStrategy: row.library_strategy,
          librarySource: row.library_source,
          libraryLayout: row.library_layout,
          instrumentPlatform: row.instrument_platform,
          baseCount: row.base_count ?? undefined,
          firstPublicOn: row.first_public_on,
          readFiles: JSON.parse(row.files_json) as ReadFile[],
          filesProblem: row.files_problem ?? undefined,
        },
        revision: row.revision,
        waitingSince: row.waiting_since,
        waitingLooks: row.waiting_looks,
        nextLookAt: row.next_look_at,
      },
    ]),
  )
}

const shelveOne = `update runs set next_look_at = ? where run_accession = ? and archive_state = 'waiting' and next_look_at is null`

/** Puts runs that wait for FASTQ on the shelf: when each is looked at again. Inside a write only. */
export function shelveRuns(ledger: Ledger, looks: readonly { runAccession: string; at: string }[]): void {
  ledger.runMany(
    shelveOne,
    looks.map(look => [look.at, look.runAccession]),
  )
}

/** A run whose turn it is to be looked at again. */
export interface WaitingRun {
  runAccession: string
  waitingSince: string
  waitingLooks: number
}

/** Runs on the waiting shelf whose time has come, of taxa that are neither paused nor in need of attention; the longest due first. */
export async function waitingRunsDue(read: Reader, now: Date, heldBack: readonly number[], limit: number): Promise<WaitingRun[]> {
  const rows = await read
    .selectFrom('runs as r')
    .select(['r.run_accession', 'r.waiting_since', 'r.waiting_looks'])
    .where('r.next_look_at', 'is not', null)
    .where('r.next_look_at', '<=', now.toISOString())
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('verdicts as v')
          .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
          .select('v.tax_id')
          .whereRef('v.run_accession', '=', 'r.run_accession')
          .where('v.verdict', '=', 'waiting')
          .where('t.state', '=', 'tracked')
          .where('t.paused', '=', 0)
          .$if(heldBack.length > 0, query => query.where('t.tax_id', 'not in', heldBack)),
      ),
    )
    .orderBy('r.next_look_at')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    runAccession: row.run_accession,
    waitingSince: row.waiting_since ?? now.toISOString(),
    waitingLooks: row.waiting_looks,
  }))
}

/** Notes a look at a run that still waits, and when the next one is; null: only full reconciles look at it any more. */
export async function noteLook(tx: Tx, runAccession: string, looks: number, nextLookAt: string | null): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ waiting_looks: looks, next_look_at: nextLookAt })
    .where('run_accession', '=', runAccession)
    .where('archive_state', '=', 'waiting')
    .execute()
}

/** Notes that the archive no longer has a run. What was delivered stays; every taxon that knows the run judges it anew. */
export async function withdrawRun(tx: Tx, runAccession: string, cause: Cause): Promise<void> {
  const at = cause.at.toISOString()
  const changed = await tx
    .updateTable('runs')
    // An empty hash: should it come back as it was, that is seen as a change.
    .set({ archive_state: 'withdrawn', withdrawn_at: at, changed_at: at, row_hash: '', next_look_at: null })
    .where('run_accession', '=', runAccession)
    .where('archive_state', '<>', 'withdrawn')
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) return
  await tx
    .updateTable('verdicts')
    .set({ missed_checks: 0, missed_since: null })
    .where('run_accession', '=', runAccession)
    .where('missed_checks', '>', 0)
    .execute()
  await markUnjudged(tx, runAccession)
  await writeEvent(tx, { subject: 'run', subjectId: runAccession, event: 'withdrawn' }, cause)
}

/** Notes that a run no longer belongs to a taxon, though the archive still has it. */
export async function leaveSubtree(tx: Tx, taxId: number, runAccession: string, cause: Cause): Promise<void> {
  await tx
    .updateTable('verdicts')
    .set({ left_subtree_at: cause.at.toISOString(), missed_checks: 0, missed_since: null, verdict: 'unjudged' })
    .where('tax_id', '=', taxId)
    .where('run_accession', '=', runAccession)
    .execute()
  await writeEvent(tx, { subject: 'run', subjectId: runAccession, event: 'left the subtree' }, { ...cause, taxId })
}

/** The oldest of the newest so many runs that a taxon knows; one before all when it knows fewer. */
export async function reachLimit(
  read: Reader,
  taxId: number,
  runs: number,
): Promise<{ firstPublicOn: string; runAccession: string }> {
  const row = await read
    .selectFrom('verdicts as v')
    .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
    .select(['r.first_public_on', 'r.run_accession'])
    .where('v.tax_id', '=', taxId)
    .orderBy('r.first_public_on', 'desc')
    .orderBy('r.run_accession', 'desc')
    .limit(1)
    .offset(sql.lit(runs - 1))
    .executeTakeFirst()
  return { firstPublicOn: row?.first_public_on ?? '', runAccession: row?.run_accession ?? '' }
}
