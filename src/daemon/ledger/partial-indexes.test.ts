import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrate } from './migrate.ts'
import { missedRuns } from './missed-runs.ts'
import { openNodeSqlite } from './node-sqlite.ts'
import { progressOfTaxa } from './taxon-progress.ts'
import { unjudgedCounts, unjudgedRuns } from './verdicts.ts'
import { makeLedger } from './ledger.ts'
import { noEffectPoint } from '../effect-point.ts'

/** The plans of all statements that `act` executes over an empty ledger. */
async function plansOf(act: (read: ReturnType<typeof makeLedger>['read']) => Promise<unknown>): Promise<string> {
  const db = openNodeSqlite(':memory:')
  migrate(db, { backupBeside: undefined })
  const statements: string[] = []
  const listening = { ...db, prepare: (statement: string) => (statements.push(statement), db.prepare(statement)) }
  const ledger = makeLedger(':memory:', listening, listening, noEffectPoint)
  await act(ledger.read)
  const plans = statements.map(statement => {
    const marks = Array.from({ length: statement.split('?').length - 1 }, () => 1)
    const rows = db.raw.prepare(`explain query plan ${statement}`).all(...marks)
    return rows.map(row => String(row['detail'])).join('\n')
  })
  await ledger.close()
  return plans.join('\n')
}

test('what is read at every pass uses the indexes on a few rows, and never looks through all verdicts or deliveries', async () => {
  const plans = await plansOf(async read => {
    await unjudgedRuns(read, 624, 10)
    await unjudgedCounts(read)
    await missedRuns(read, [], 10)
    await progressOfTaxa(read)
  })
  for (const index of [
    'verdicts_unjudged',
    'verdicts_missed',
    'deliveries_failed',
    'batches_open',
    'workers_alive',
    'deliveries_batched',
  ]) {
    assert.match(plans, new RegExp(`USING (COVERING )?INDEX ${index}\\b`), index)
  }
  assert.doesNotMatch(plans, /^SCAN (v|verdicts|d|deliveries|r|runs|ar)$/m)
})
