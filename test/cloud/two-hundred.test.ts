import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { usualSettings } from '../../src/rehearsal/cloud/cloud-settings.ts'
import { CloudLife } from './cloud-life.ts'
import { ownBooks } from './own-books.ts'

const droplets = 200

suite('Two hundred droplets at once', () => {
  test('with every callback lost: all is brought home, nothing is left, and the API is asked within its limits', async t => {
    const life = await CloudLife.begin({
      runs: droplets,
      losesCallbacks: true,
      policy: { batchRuns: 1, maxWorkers: droplets, maxHeld: droplets },
    })
    t.after(() => life.close())
    let most = 0
    const counting = setInterval(() => (most = Math.max(most, life.cloud.world.living().length)), 1)
    const rounds = await life.untilSettled()
    clearInterval(counting)
    const { calls } = life.cloud
    assert.deepEqual(await life.badEndings(), [])
    const states = await life.ledger.read.selectFrom('deliveries').select('state').execute()
    assert.equal(states.filter(({ state }) => state === 'delivered').length, droplets)
    assert.deepEqual((await ownBooks(life)).faults, [])
    assert.equal(life.cloud.world.all().length, droplets)
    assert.ok(calls.mostWithin(60) <= usualSettings.limits.perMinute)
    assert.ok(calls.mostWithin(3600) <= usualSettings.limits.perHour)
    assert.equal(calls.all().filter(({ limitedBy }) => limitedBy !== undefined).length, 0)
    assert.equal(calls.count('POST /v2/droplets'), droplets)
    const lists = calls.count('GET /v2/droplets')
    // Two stages list, in every round, with one page for as many as 200.
    assert.ok(lists <= 2 * rounds + 4, `${lists} lists in ${rounds} rounds`)
    t.diagnostic(`${rounds} rounds, ${most} at once at the most, ${calls.all().length} calls: ${JSON.stringify(calls.numbers())}`)
    t.diagnostic(`at most ${calls.mostWithin(60)} in a minute and ${calls.mostWithin(3600)} in an hour`)
  })
})
