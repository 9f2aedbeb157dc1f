import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { defaultPolicy } from '../../core/policy.ts'
import { noEffectPoint } from '../../core/effect-point.ts'
import { addedRows } from '../../../test/integration/door-rows.ts'
import { collectables, newestOutcomes, removables, unremovedCounts } from './attempt-runs.ts'
import { openAttempt, orphanedAttempts } from './attempts.ts'
import { installationCauses, reportedMachines, taxaInAttention } from './attention.ts'
import { closedBatchesWithDeliveries, openBatches, queuedBatches, takeBatch } from './batches.ts'
import { othersAreChecked, taxaDue } from './checks.ts'
import { batchedCounts, batchedDeliveries } from './deliveries.ts'
import { makeLedger, type Ledger, type Reader, type Tx } from './ledger.ts'
import { linksOwed } from './links-owed.ts'
import { migrate } from './migrate.ts'
import { missedRuns } from './missed-runs.ts'
import { openNodeSqlite, type NodeSqlite } from './node-sqlite.ts'
import { deliveriesOfRuns } from './owed.ts'
import { hasNewEvents } from './passed-events.ts'
import { taxaOfDelivery } from './receipts.ts'
import { runsToJudge, waitingRunsDue } from './runs.ts'
import { passOnMoves, staleTaxa } from './stale-files.ts'
import { progressOfTaxa } from './taxon-progress.ts'
import { runsBehind, unjudgedCounts, unjudgedRuns, verdictsOfRuns } from './verdicts.ts'
import { activeTaxa, wantedDeliveries } from './wanted-deliveries.ts'
import { workLeft } from './work-left.ts'
import { liveWorkers, ownersOf } from './workers.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
const cause = { at: now, why: 'a test', byWhom: 'test' }

/** Tables that hold as much as people and their machines need at once, and not what ever was. */
const smallTables = ['taxa', 't', 'installation', 'field_sets', 'strays', 'links_owed', 'l']

/** Indexes on open rows only: going through one of these takes as long as there is work. */
const indexesOfOpenWork = [
  'attempts_open',
  'attention_open',
  'batches_open',
  'checks_open',
  'deliveries_failed',
  'deliveries_in_work',
  'deliveries_wanted',
  'runs_to_look_at',
  'verdicts_missed',
  'verdicts_unjudged',
  'workers_alive',
]

let db: NodeSqlite
let ledger: Ledger
let statements: Set<string>

/** One taxon with a delivery that is wanted and one that a worker works on, so that every question is asked to its end. */
beforeEach(async () => {
  db = openNodeSqlite(':memory:')
  migrate(db, { backupBeside: undefined })
  statements = new Set()
  const listening = { ...db, prepare: (statement: string) => (statements.add(statement), db.prepare(statement)) }
  ledger = makeLedger(':memory:', listening, listening, noEffectPoint)
  const rows = addedRows(ledger, now)
  await rows.taxon(624)
  for (const run of ['ERR000001', 'ERR000002']) {
    await rows.run(run)
    await rows.delivery(`of-${run}`, run)
    await rows.verdict(624, run, { delivery_id: `of-${run}` })
  }
  await ledger.write(async tx => {
    const shared = { recipe: 'assemble', keep: 'both', chargedTaxId: 624, memoryGb: 4 }
    const deliveries = [{ ...shared, id: 'of-ERR000001', bytes: 1, bases: 1, alone: false }]
    await takeBatch(tx, { ...shared, id: 'b1', recipeIdentity: 'x', deliveries }, cause)
    const attempt = {
      id: 'a1',
      number: 1,
      workerName: 'mf-a1',
      provider: 'local',
      tokenHash: 'x',
      deadlineAt: now,
      recipeIdentity: 'x',
      hostKey: undefined,
    }
    await openAttempt(tx, 'b1', { ...attempt, runs: [{ runAccession: 'ERR000001', deliveryId: 'of-ERR000001' }] }, cause)
  })
  statements.clear()
})
afterEach(() => ledger.close())

/** How SQLite carries out each statement that `act` executes. */
async function plansOf(act: (read: Reader) => Promise<unknown>): Promise<string[]> {
  await act(ledger.read)
  return [...statements].flatMap(statement => {
    if (/^(begin|commit|rollback|pragma)/.test(statement)) return []
    const marks = Array.from({ length: statement.split('?').length - 1 }, () => 1)
    return db.raw
      .prepare(`explain query plan ${statement}`)
      .all(...marks)
      .map(row => String(row['detail']))
  })
}

/** Steps of plans that go through a whole table, or through an index that holds what ever was. */
function longWays(plans: readonly string[]): string[] {
  return plans.filter(step => {
    const [, table, index] = /^SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?/.exec(step) ?? []
    if (table === undefined || table.startsWith('(') || /^CONSTANT/.test(table)) return false
    return !smallTables.includes(table) && !indexesOfOpenWork.includes(index ?? '')
  })
}

const asked: Record<string, (read: Reader) => Promise<unknown>> = {
  discover: async read => {
    await taxaInAttention(read)
    await taxaDue(read, now, [1])
    await missedRuns(read, [1], 10)
    await waitingRunsDue(read, now, [1], 10)
    await othersAreChecked(read, 624, 3)
  },
  filter: async read => {
    await unjudgedCounts(read)
    await unjudgedRuns(read, 624, 10)
    await runsBehind(read, 624, '', 10)
    await runsToJudge(read, ['ERR000001'])
    await verdictsOfRuns(read, ['ERR000001'])
    await deliveriesOfRuns(read, ['ERR000001'])
  },
  batch: async read => {
    assert.equal((await openBatches(read)).length, 1)
    await closedBatchesWithDeliveries(read)
    await newestOutcomes(read, 'b1')
    assert.equal((await batchedDeliveries(read, 'b1')).length, 1)
    assert.equal((await wantedDeliveries(read, await activeTaxa(read), () => 5, 10)).length, 1)
    assert.deepEqual([...(await batchedCounts(read))], [[624, 1]])
  },
  'watch, collect, provision and destroy': async read => {
    assert.equal((await liveWorkers(read)).length, 1)
    await orphanedAttempts(read)
    await collectables(read, now, 20)
    await removables(read, now, 500)
    await linksOwed(read, 500)
    await queuedBatches(read)
    await installationCauses(read)
    await unremovedCounts(read, ['a1'])
    assert.deepEqual(await taxaOfDelivery(read, 'of-ERR000001'), [624])
  },
  sweep: async read => {
    assert.equal((await ownersOf(read, ['a2'])).length, 1)
    await reportedMachines(read)
  },
  project: async read => {
    await hasNewEvents(read)
    await staleTaxa(read)
    await progressOfTaxa(read)
    await passOnMoves(read as Tx)
  },
  'what is left to do': read => workLeft(read, now, { ...defaultPolicy, obstructed: false, roomOf: () => Infinity }),
}

suite('what is read at every pass begins at what is open, and never goes through all that ever was', () => {
  for (const [stage, act] of Object.entries(asked)) {
    test(stage, async () => {
      assert.deepEqual(longWays(await plansOf(act)), [])
    })
  }

  test('and a statement that did would be seen', async () => {
    const plans = await plansOf(read => read.selectFrom('deliveries').select('id').where('state', '=', 'failed').execute())
    assert.deepEqual(longWays(plans), ['SCAN deliveries'])
  })
})

test('what is open is found by the indexes on open rows', async () => {
  const plans = (await plansOf(async read => void (await Promise.all(Object.values(asked).map(act => act(read)))))).join('\n')
  for (const index of indexesOfOpenWork) {
    if (index !== 'checks_open') assert.match(plans, new RegExp(`USING (COVERING )?INDEX ${index}\\b`), index)
  }
})
