import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DaemonDied } from '../histories/world.ts'
import { CloudLife } from './cloud-life.ts'
import { ownBooks } from './own-books.ts'

const asked = 'digitalocean: droplet asked for'

/** Rounds until the daemon dies, or so many. */
async function live(life: CloudLife, rounds: number): Promise<void> {
  try {
    for (let round = 0; round < rounds; round += 1) {
      await life.round()
      await life.pass()
    }
  } catch (error) {
    if (!(error instanceof DaemonDied)) throw error
  }
}

/** Nobody is called: only the list, and what lies on the machine, can tell of it. */
const options = { runs: 2, losesCallbacks: true }

suite('A daemon that is killed after a create, before it wrote down what became of it,', () => {
  test('leaves a droplet that the next one finds by its tag: no other is made, and its results come home', async t => {
    const whole = await CloudLife.begin(options)
    t.after(() => whole.close())
    await live(whole, 4)
    const place = whole.mortal.effects.indexOf(asked) + 1
    assert.ok(place > 0, whole.mortal.effects.join(', '))

    const life = await CloudLife.begin(options)
    t.after(() => life.close())
    life.mortal.diesAfter = place
    await live(life, 4)
    assert.deepEqual([life.mortal.isDead, life.cloud.world.all().length], [true, 1])
    const [before] = await life.ledger.read.selectFrom('workers').select(['state', 'machine_id']).execute()
    assert.deepEqual({ ...before }, { state: 'requested', machine_id: null }, 'it knows only that it wanted one')

    life.mortal.bornAgain()
    life.startDaemon()
    await live(life, 60)
    const rows = await life.ledger.read.selectFrom('deliveries').select('state').execute()
    assert.deepEqual(
      rows.map(row => row.state),
      ['delivered', 'delivered'],
    )
    assert.deepEqual([life.cloud.world.all().length, life.cloud.world.living().length], [1, 0])
    assert.deepEqual([await life.badEndings(), (await ownBooks(life)).faults], [[], []])
  })
})
