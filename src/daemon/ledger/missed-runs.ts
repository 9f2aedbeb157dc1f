import { sql } from 'kysely'
import type { AnswerStore } from './answer-store.ts'
import type { Ledger, Reader, Tx } from './ledger.ts'
import { letOthers } from './let-others.ts'

/** Runs are walked through in pages of this many. */
const pageSize = 2000
const dayMs = 86_400_000

/** Which runs of a taxon are expected in a full listing of it. */
export interface Expected {
  taxId: number
  /** A taxon tracked alone lists only runs that carry one of these ids themselves. */
  onlyTaxIds: readonly number[] | undefined
}

/** How many runs were expected, how many of them the answer does not name, and how many of those were never missed before. */
export interface Missing {
  expected: number
  missing: number
  newlyMissing: number
}

/** Counts the runs that a full listing should have named and did not. Changes nothing. */
export async function countMissing(read: Reader, store: AnswerStore, which: Expected): Promise<Missing> {
  const sum: Missing = { expected: 0, missing: 0, newlyMissing: 0 }
  for await (const page of pages(read, store, which)) {
    sum.expected += page.expected
    sum.missing += page.missing.length
    sum.newlyMissing += page.missing.filter(run => !page.missedBefore.has(run)).length
  }
  return sum
}

/**
 * Notes the runs that a full listing did not name: once, and a second time when the first was a day ago or more. True when some have
 * been missed only once, so that another full reconcile a day later is to confirm it.
 */
export async function noteMissing(ledger: Ledger, store: AnswerStore, which: Expected, now: Date): Promise<boolean> {
  for await (const { missing } of pages(ledger.read, store, which)) {
    if (missing.length > 0) await ledger.write(tx => noteOnePage(tx, which.taxId, missing, now))
  }
  const once = await ledger.read
    .selectFrom('verdicts')
    .select('run_accession')
    .where('tax_id', '=', which.taxId)
    .where('missed_checks', '>', sql.lit(0))
    .where('missed_checks', '=', 1)
    .limit(1)
    .executeTakeFirst()
  return once !== undefined
}

async function noteOnePage(tx: Tx, taxId: number, missing: readonly string[], now: Date): Promise<void> {
  const dayAgo = new Date(now.getTime() - dayMs).toISOString()
  await tx
    .updateTable('verdicts')
    .set(eb => ({
      missed_checks: eb('missed_checks', '+', 1),
      missed_since: eb.fn.coalesce('missed_since', eb.val(now.toISOString())),
    }))
    .where('tax_id', '=', taxId)
    .where('run_accession', 'in', missing)
    .where('missed_checks', '<', 2)
    .where(eb => eb.or([eb('missed_checks', '=', 0), eb('missed_since', '<=', dayAgo)]))
    .execute()
}

interface Page {
  expected: number
  missing: string[]
  missedBefore: ReadonlySet<string>
}

async function* pages(read: Reader, store: AnswerStore, which: Expected): AsyncGenerator<Page> {
  let after = ''
  for (;;) {
    const rows = await read
      .selectFrom('verdicts')
      .select(['run_accession', 'left_subtree_at', 'missed_checks'])
      .where('tax_id', '=', which.taxId)
      .where('run_accession', '>', after)
      .orderBy('run_accession')
      .limit(pageSize)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.run_accession
    const belonging = rows.filter(row => row.left_subtree_at === null).map(row => row.run_accession)
    const unseen = store.unseen(belonging)
    const missing = await stillExpected(read, unseen, which)
    const missedBefore = new Set(rows.filter(row => row.missed_checks > 0).map(row => row.run_accession))
    yield { expected: belonging.length - unseen.length + missing.length, missing, missedBefore }
    await letOthers()
  }
}

/** Without those that are known to be withdrawn, and those that a taxon tracked alone does not list. */
async function stillExpected(read: Reader, unseen: readonly string[], { onlyTaxIds }: Expected): Promise<string[]> {
  if (unseen.length === 0) return []
  const rows = await read
    .selectFrom('runs')
    .select('run_accession')
    .where('run_accession', 'in', unseen)
    .where('archive_state', '<>', 'withdrawn')
    .$if(onlyTaxIds !== undefined, query => query.where('tax_id', 'in', onlyTaxIds ?? []))
    .execute()
  return rows.map(row => row.run_accession)
}

/** A run that was missed twice and is now to be looked up by its accession. */
export interface MissedRun {
  taxId: number
  runAccession: string
}

/** Runs that two full reconciles, a day or more apart, both missed; of taxa that are not held back. */
export async function missedRuns(read: Reader, heldBack: readonly number[], limit: number): Promise<MissedRun[]> {
  // The taxa first and apart: joined, the statement would go through all verdicts of each of them.
  const resting = await read
    .selectFrom('taxa')
    .select('tax_id')
    .where(eb => eb.or([eb('state', '<>', 'tracked'), eb('paused', '=', 1)]))
    .execute()
  const apart = [...heldBack, ...resting.map(row => row.tax_id)]
  const rows = await read
    .selectFrom('verdicts')
    .select(['tax_id', 'run_accession'])
    .where('missed_checks', '>', sql.lit(0))
    .where('missed_checks', '>=', 2)
    .$if(apart.length > 0, query => query.where('tax_id', 'not in', apart))
    .orderBy('tax_id')
    .orderBy('run_accession')
    .limit(limit)
    .execute()
  return rows.map(row => ({ taxId: row.tax_id, runAccession: row.run_accession }))
}

/** The first few runs that a full listing of the taxon should name. */
export async function someExpected(read: Reader, { taxId, onlyTaxIds }: Expected, limit: number): Promise<string[]> {
  const rows = await read
    .selectFrom('verdicts as v')
    .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
    .select('v.run_accession')
    .where('v.tax_id', '=', taxId)
    .where('v.left_subtree_at', 'is', null)
    .where('r.archive_state', '<>', 'withdrawn')
    .$if(onlyTaxIds !== undefined, query => query.where('r.tax_id', 'in', onlyTaxIds ?? []))
    .orderBy('v.run_accession')
    .limit(limit)
    .execute()
  return rows.map(row => row.run_accession)
}

/** Whether a person has seen since `since` that many runs of the taxon disappeared, and resolved that. */
export async function isDisappearanceAccepted(read: Reader, taxId: number, since: string | null): Promise<boolean> {
  const row = await read
    .selectFrom('attention')
    .select('id')
    .where('subject', '=', 'taxon')
    .where('subject_id', '=', String(taxId))
    .where('cause', '=', 'runs-disappeared')
    .where('resolved_at', 'is not', null)
    .where('resolved_at', '>', since ?? '')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
