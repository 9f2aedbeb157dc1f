import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRehearsal, type Rehearsal } from '../../src/rehearsal/start-rehearsal.ts'
import { faultsOf, forgetInstallation, liveOnce, makeInstallation } from './installation.ts'

/** 1 tries every effect; the usual test run tries every sixth, beginning with another one each day. */
const every = Number(process.env['CRASH_SWEEP_EVERY'] ?? 6)

let archive: Rehearsal
let runs: string[]

before(async () => {
  archive = await startRehearsal({
    scenario: {
      taxa: [{ id: 562, name: 'Escherichia coli', rank: 'species' }],
      runs: [{ taxon: 562, count: 2, mix: 'plain', content: 'promised' }],
    },
  })
  runs = await archive.control.runs()
})
after(() => archive.stop())

/** Kills the daemon after effect number `effect`, starts it again, and lets it come to an end. */
async function dieAndRecover(effect: number): Promise<string[]> {
  const home = await makeInstallation(archive, 562)
  const first = await liveOnce(home, effect)
  if (first.signal === 'SIGKILL') await liveOnce(home, 0)
  const faults = await faultsOf(home, runs)
  if (faults.length === 0) forgetInstallation(home)
  return faults.map(fault => `killed after effect ${effect} (${home}): ${fault}`)
}

test('killed between any two adjacent effects, everything comes to the same end', { timeout: 2_400_000 }, async t => {
  const home = await makeInstallation(archive, 562)
  const whole = await liveOnce(home, 0)
  assert.deepEqual(await faultsOf(home, runs), [])
  forgetInstallation(home)
  const faults: string[] = []
  let next = 1 + (new Date().getUTCDate() % every)
  const lane = async (): Promise<void> => {
    while (next <= whole.effects) {
      const effect = next
      next += every
      faults.push(...(await dieAndRecover(effect)))
    }
  }
  await Promise.all([lane(), lane(), lane()])
  t.diagnostic(`${whole.effects} effects: ${[...new Set(whole.names)].join(', ')}`)
  assert.deepEqual(faults, [])
})
