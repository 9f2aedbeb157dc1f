import { openNodeSqlite } from '../src/daemon/ledger/node-sqlite.ts'

/** Runs of a batch in the invented history. */
const runsOfBatch = 20

/**
 * Makes the ledger one of a group that has worked for years: every wanted delivery was batched, tried once, and is at home, with its
 * receipt and the events of all that; every machine is gone. So many rows were added.
 */
export function inventHistory(path: string): number {
  const db = openNodeSqlite(path)
  const at = `'2026-01-01T00:00:00.000Z'`
  db.raw.exec('begin immediate')
  const statements = [
    `update deliveries set state = 'delivered', recipe_identity = 'x', batch_id = 'b' || (rowid / ${runsOfBatch}) where state = 'wanted'`,
    `insert into batches select distinct batch_id, batch_id, 'settled', recipe, 'both', charged_tax_id, 1, 1, 4, 1, 0, ${at}, ${at} from deliveries
      where batch_id is not null`,
    `insert into attempts select 'a-' || id, id, 1, 'mf-' || id, 'h-' || id, ${at}, ${at}, 'done', 'm-' || id, null, null, ${at}, '{}', ${at}, ${at}, '{}',
      ${at}, null from batches`,
    `insert into workers select 'mf-' || id, 'a-' || id, 'local', 'destroyed', 'm-' || id, '10.0.0.1', ${at}, ${at}, ${at}, 'done', ${at}, 0, null from batches`,
    `insert into costs select 'm-' || id, 'mf-' || id, 'a-' || id, charged_tax_id, ${at}, ${at}, 10, 10000 from batches`,
    `insert into attempt_runs select 'a-' || batch_id, run_accession, id, 'done', null, '', null, ${at}, 'sha', 0, null, '', 'r-' || id, ${at} from deliveries
      where batch_id is not null`,
    `insert into receipts select 'r-' || id, id, 'a-' || batch_id, run_accession, 'rsync', 'runs/' || run_accession || '/' || id, '[]', 1, '{}', ${at}
      from deliveries where batch_id is not null`,
    ...['take', 'prove'].map(
      event => `insert into events (at, subject, subject_id, event, from_state, to_state, why, by_whom, tax_id)
        select ${at}, 'delivery', id, '${event}', '', '', '', 'idle', charged_tax_id from deliveries where batch_id is not null`,
    ),
    `insert into checks (tax_id, kind, begun_at, ended_at, outcome, rows_seen, new_runs, changed_runs, gone_runs, why)
      select charged_tax_id, 'incremental', ${at}, ${at}, 'good', 0, 0, 0, 0, '' from deliveries limit 100000`,
    `insert into passes (stage, begun_at, ended_at, planned, failed, failures_json) select 'batch', ${at}, ${at}, 1, 0, '[]' from deliveries limit 100000`,
    `insert into attention (subject, subject_id, cause, evidence, tried, opened_at, resolved_at, resolution, resolved_by)
      select 'taxon', charged_tax_id, 'check-failing', '', '', ${at}, ${at}, 'retry', 'idle' from deliveries limit 10000`,
    // What is due by the clock is work, and not what is measured.
    `update taxa set next_check_at = '2999-01-01T00:00:00.000Z'`,
    `update runs set next_look_at = '2999-01-01T00:00:00.000Z' where next_look_at is not null`,
  ]
  let changed = 0
  for (const statement of statements) changed += Number(db.raw.prepare(statement).run().changes)
  db.raw.exec('commit')
  db.raw.close()
  return changed
}
