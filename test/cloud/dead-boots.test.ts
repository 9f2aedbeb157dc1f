import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { resolveEverything } from '../histories/people.ts'
import { CloudLife } from './cloud-life.ts'

async function open(life: CloudLife): Promise<string[]> {
  const rows = await life.ledger.read.selectFrom('attention').select('cause').where('resolved_at', 'is', null).execute()
  return rows.map(row => row.cause)
}

async function live(life: CloudLife, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await life.round()
    await life.pass()
  }
}

suite('Droplets that are switched on, and in which nothing ever comes up', () => {
  test('after two of them a person is asked, and not another is made before the person has said so', async t => {
    const life = await CloudLife.begin({ runs: 2, policy: { maxWorkers: 1, bootSeconds: 300 } })
    t.after(() => life.close())
    life.cloud.arm({ fault: 'dead-boot', times: 3 })
    await live(life, 80)
    assert.deepEqual(await open(life), ['boot-failed'])
    assert.deepEqual([life.cloud.world.all().length, life.cloud.world.living().length], [2, 0])
    await resolveEverything(life.ledger, life.world)
    await life.untilSettled()
    assert.equal(
      life.cloud.world.all().length,
      4,
      'it is tried again when the person says so, and a machine that speaks ends the count',
    )
    assert.deepEqual([await life.badEndings(), await open(life)], [[], []])
  })
})
