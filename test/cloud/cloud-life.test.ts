import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CloudLife } from './cloud-life.ts'

suite('A life over droplets', () => {
  test('brings every run home, leaves no droplet, and asks the API little', async t => {
    const life = await CloudLife.begin({ runs: 6 })
    t.after(() => life.close())
    const rounds = await life.untilSettled()
    assert.deepEqual(await life.badEndings(), [])
    const delivered = await life.ledger.read.selectFrom('deliveries').select('state').execute()
    assert.deepEqual(new Set(delivered.map(({ state }) => state)), new Set(['delivered']))
    assert.equal(delivered.length, 6)
    assert.equal(life.cloud.world.all().length, 3)
    t.diagnostic(`${rounds} rounds, ${life.mortal.effects.length} effects`)
  })
})
