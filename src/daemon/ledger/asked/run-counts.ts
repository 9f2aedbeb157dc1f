import type { RunCounts } from '../../../api/taxa.ts'
import type { Reader } from '../ledger.ts'
import { letOthers } from '../let-others.ts'
import { stateInSql } from './run-list.ts'

const windowRows = 50_000

/** How many runs of a taxon stand where; counted in pieces, so that a million of them keep nobody waiting. */
export async function runCountsOf(read: Reader, taxId: number): Promise<RunCounts> {
  const counts = noRuns()
  let from = ''
  for (;;) {
    const end = await read
      .selectFrom('verdicts')
      .select('run_accession')
      .where('tax_id', '=', taxId)
      .where('run_accession', '>', from)
      .orderBy('run_accession')
      .limit(1)
      .offset(windowRows - 1)
      .executeTakeFirst()
    await addCounts(read, counts, { taxId, from, until: end?.run_accession })
    if (end === undefined) return counts
    from = end.run_accession
    await letOthers()
  }
}

async function addCounts(
  read: Reader,
  counts: RunCounts,
  window: { taxId: number; from: string; until: string | undefined },
): Promise<void> {
  let query = read
    .selectFrom('verdicts as v')
    .leftJoin('deliveries as d', 'd.id', 'v.delivery_id')
    .select([stateInSql.as('run_state'), eb => eb.fn.countAll<number>().as('count')])
    .where('v.tax_id', '=', window.taxId)
    .where('v.run_accession', '>', window.from)
    .groupBy('run_state')
  if (window.until !== undefined) query = query.where('v.run_accession', '<=', window.until)
  for (const { run_state: state, count } of await query.execute()) {
    counts[state] += count
    counts.total += count
  }
}

/** None anywhere. */
export function noRuns(): RunCounts {
  return {
    total: 0,
    unjudged: 0,
    excluded: 0,
    waiting: 0,
    skipped: 0,
    withdrawn: 0,
    accepted: 0,
    wanted: 0,
    batched: 0,
    delivered: 0,
    failed: 0,
    dropped: 0,
    held: 0,
  }
}
