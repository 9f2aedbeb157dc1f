import { doubtAnswer } from '../../../core/believe-answer.ts'
import type { ArchiveRun } from '../../../core/run.ts'
import type { Deps } from '../../deps.ts'
import type { AnswerStore } from '../../ledger/answer-store.ts'
import { differingRuns, storeRuns, type Stored } from '../../ledger/archive-rows.ts'
import { nothingSeen, type BegunCheck, type CheckCounts } from '../../ledger/checks.ts'
import { fieldSetOf } from '../../ledger/field-sets.ts'
import { letOthers } from '../../ledger/let-others.ts'
import { toAnsweredRun, toKeptRun } from '../../ledger/run-columns.ts'
import { runsBehind } from '../../ledger/verdicts.ts'
import type { Wanted } from '../../sources/source.ts'

/** So many runs of the answer are in memory at once, and so many that differ are stored in one transaction. */
const pageSize = 250
const runsPerTransaction = 1000
const dayMs = 86_400_000

/** What the archive answered, as numbers; the runs lie in the store. */
export interface Answer {
  counts: CheckCounts
  /** Why it is not believed; undefined when it is. */
  doubt: string | undefined
  /** Whether the store knows every run of a full listing, so that it can be said what is missing. Of a first listing nothing can be. */
  isReconcile: boolean
}

/** Counts, reads every run of the taxon (or those since the last check, and some days before), counts again. */
export async function readAnswer(
  check: BegunCheck,
  taxId: number,
  store: AnswerStore,
  deps: Deps,
  progress: (counts: CheckCounts) => void,
): Promise<Answer> {
  const { source, ledger } = deps
  const wanted: Wanted = { taxId, scope: check.taxon.scope, since: sinceOf(check, deps.policy.overlapDays) }
  const isReconcile = check.isFull && (await runsBehind(ledger.read, check.taxon.tax_id, '', 1)).length > 0
  const before = await source.countOf(wanted)
  const counts = { ...nothingSeen, archive_at: before.archiveAt.toISOString(), count_before: before.count }
  for await (const page of pagesOf(source.runsOf(wanted))) {
    if (isReconcile) store.see(page.map(run => run.runAccession))
    const differing = await differingRuns(ledger.read, check.taxon.tax_id, page.map(toAnsweredRun))
    store.keep(differing.map(toKeptRun))
    counts.rows_seen += page.length
    progress({ ...counts })
  }
  const after = await source.countOf(wanted)
  const doubt = doubtAnswer({ rows: counts.rows_seen, countBefore: before.count, countAfter: after.count })
  return { counts: { ...counts, count_after: after.count }, doubt, isReconcile }
}

function sinceOf(check: BegunCheck, overlapDays: number): string | undefined {
  const last = check.taxon.last_checked
  if (check.isFull || last === null) return undefined
  return new Date(Date.parse(last) - overlapDays * dayMs).toISOString().slice(0, 10)
}

async function* pagesOf(runs: AsyncIterable<ArchiveRun>): AsyncGenerator<ArchiveRun[]> {
  let page: ArchiveRun[] = []
  try {
    for await (const run of runs) {
      page.push(run)
      if (page.length < pageSize) continue
      yield page
      page = []
    }
  } catch (error) {
    // What came before the answer broke off is passed on too.
    if (page.length > 0) yield page
    throw error
  }
  if (page.length > 0) yield page
}

/** Writes what differs into the ledger, in the order of the accessions, a page in each transaction. */
export async function storeAnswer(check: BegunCheck, store: AnswerStore, deps: Deps): Promise<Stored> {
  const { ledger, source } = deps
  const sum: Stored = { newRuns: 0, changedRuns: 0 }
  for (let after = ''; ;) {
    const page = store.keptBehind(after, runsPerTransaction)
    const last = page.at(-1)
    if (last === undefined) return sum
    after = last.runAccession
    const stored = await ledger.write(async tx => {
      const fieldSet = await fieldSetOf(tx, source.fields())
      const cause = { at: deps.clock(), why: 'seen by a check', byWhom: 'discover', taxId: check.taxon.tax_id }
      return storeRuns(ledger, tx, page, { taxId: check.taxon.tax_id, fieldSet }, cause)
    })
    sum.newRuns += stored.newRuns
    sum.changedRuns += stored.changedRuns
    // A statement waits for nothing, so whoever else has something to do would wait until the last page is stored.
    await letOthers()
  }
}
