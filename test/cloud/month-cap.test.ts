import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { noCaps } from '../../src/core/budget.ts'
import { CloudLife } from './cloud-life.ts'
import { ownBooks } from './own-books.ts'

// Failed transfers are tried again without asking a person: it is the money that this is about.
const policy = { maxWorkers: 6, bootSeconds: 300, deadlineSeconds: 900, batchRuns: 2, maxCollectFailures: 1000 }
const capDollars = 0.3
const spend = { ...noCaps, monthMicrodollars: capDollars * 1e6, collectionSeconds: 3600 }
const runs = 12

async function causes(life: CloudLife): Promise<string[]> {
  const rows = await life.ledger.read.selectFrom('attention').select('cause').where('resolved_at', 'is', null).execute()
  return rows.map(row => row.cause)
}

async function delivered(life: CloudLife): Promise<number> {
  return (await life.ledger.read.selectFrom('deliveries').select('id').where('state', '=', 'delivered').execute()).length
}

/** Rounds until nothing is done for a while; nobody looks after what asks for a person. */
async function untilQuiet(life: CloudLife): Promise<void> {
  for (let [rounds, quiet] = [0, 0]; quiet < 14; rounds += 1) {
    assert.ok(rounds < 300, 'it comes to rest')
    const did = await life.round()
    const spoke = await life.pass()
    quiet = did || spoke || life.cloud.world.living().length > 0 ? 0 : quiet + 1
  }
}

/** What the cloud charges up to now, in millionths of a dollar. */
function billed(life: CloudLife): number {
  return Number(life.cloud.bill().parts) / 360
}

suite("The month's cap, reached in the middle of the work", () => {
  test('no bill is above it, results are held and collected, nothing is killed, the person is told, and the next month goes on', async t => {
    const life = await CloudLife.begin({ runs, policy, deps: () => ({ spend }) })
    t.after(() => life.close())
    // Results lie on the machines for most of the time that is set aside for collecting them.
    life.world.collectorAwayUntilMs = life.world.nowMs + 55 * 60_000
    let mostAtOnce = 0
    for (let round = 0; round < 160; round += 1) {
      await life.round()
      await life.pass()
      mostAtOnce = Math.max(mostAtOnce, life.cloud.world.living().length)
      assert.ok(billed(life) <= capDollars * 1e6, `${billed(life)} is billed`)
    }
    const atHome = await delivered(life)
    assert.ok(atHome > 0 && atHome < runs, `${atHome} of ${runs} runs are at home`)
    assert.deepEqual(await causes(life), ['month-cap'])
    assert.deepEqual([mostAtOnce, life.cloud.world.living().length], [3, 0])
    assert.ok(billed(life) > 0.15e6, 'most of the cap was spent')
    const march = billed(life)
    t.diagnostic(`${atHome} of ${runs} runs at home for ${Math.round(march)} of ${capDollars * 1e6} microdollars`)
    for (let months = 1; months < 12 && (await delivered(life)) < runs; months += 1) {
      const before = billed(life)
      const next = new Date(life.world.nowMs)
      life.world.nowMs = Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 1)
      await untilQuiet(life)
      assert.ok(billed(life) - before <= capDollars * 1e6)
    }
    assert.equal(await delivered(life), runs)
    assert.deepEqual([await causes(life), await life.badEndings()], [[], []])
    assert.deepEqual((await ownBooks(life)).faults, [])
  })

  test('a collector that stays away longer makes held machines pass it, alone, and under attention', async t => {
    const life = await CloudLife.begin({ runs, policy, deps: () => ({ spend }) })
    t.after(() => life.close())
    life.world.collectorAwayUntilMs = life.world.nowMs + 110 * 60_000
    for (let round = 0; round < 110; round += 1) {
      await life.round()
      await life.pass(60)
    }
    assert.equal(life.cloud.world.all().length, 3, 'nothing was created beside what is held')
    assert.ok(billed(life) > capDollars * 1e6)
    assert.ok((await causes(life)).includes('past-reserve'))
    await untilQuiet(life)
    assert.deepEqual(life.world.broken, [])
    assert.equal(await delivered(life), 6)
    assert.deepEqual(await causes(life), ['month-cap'])
    assert.deepEqual((await ownBooks(life)).faults, [])
  })
})
