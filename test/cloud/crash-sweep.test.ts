import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DaemonDied } from '../histories/world.ts'
import { CloudLife } from './cloud-life.ts'
import { ownBooks } from './own-books.ts'

/** 1 tries every effect; the usual test run tries every sixth, beginning with another one each day. */
const every = Number(process.env['CRASH_SWEEP_EVERY'] ?? 6)
const runs = 6

/** Lives through three batches on droplets; the daemon dies after that effect (0: never) and is started again later. */
async function liveAndDie(effect: number): Promise<{ effects: string[]; bad: string[] }> {
  const life = await CloudLife.begin({ runs })
  const { mortal } = life
  try {
    mortal.effects.length = 0
    mortal.diesAfter = effect
    await untilSettledOrDead(life)
    if (effect > 0) {
      if (!mortal.isDead) return { effects: mortal.effects, bad: [`effect ${effect} never came`] }
      // The agents go on while nobody is at work.
      for (let turn = 0; turn < 4; turn += 1) await life.pass()
      mortal.bornAgain()
      life.startDaemon()
      await life.untilSettled()
    }
    return { effects: mortal.effects, bad: [...(await life.badEndings()), ...(await wrongFates(life))] }
  } finally {
    await life.close()
  }
}

async function untilSettledOrDead(life: CloudLife): Promise<void> {
  try {
    await life.untilSettled()
  } catch (error) {
    if (!(error instanceof DaemonDied)) throw error
  }
}

/** Every run is delivered, and what the cloud charges is in our books, to the cent. */
async function wrongFates(life: CloudLife): Promise<string[]> {
  const rows = await life.ledger.read.selectFrom('deliveries').select(['id', 'state']).execute()
  const wrong = rows.filter(({ state }) => state !== 'delivered').map(({ id, state }) => `${id} is ${state}`)
  if (rows.length !== runs) wrong.push(`${rows.length} deliveries for ${runs} runs`)
  return [...wrong, ...(await ownBooks(life)).faults]
}

suite('Killed between any two adjacent effects of a life over droplets', () => {
  test('everything comes to the same end', { timeout: 1_200_000 }, async t => {
    const whole = await liveAndDie(0)
    assert.deepEqual(whole.bad, [])
    const bad: string[] = []
    let tried = 0
    for (let effect = 1 + (new Date().getUTCDate() % every); effect <= whole.effects.length; effect += every) {
      tried += 1
      const ending = await liveAndDie(effect)
      bad.push(...ending.bad.map(fault => `killed after effect ${effect} (${whole.effects[effect - 1] ?? ''}): ${fault}`))
    }
    t.diagnostic(`${tried} of ${whole.effects.length} effects: ${[...new Set(whole.effects)].join(', ')}`)
    assert.deepEqual(bad, [])
  })
})
