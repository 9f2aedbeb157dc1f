import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRehearsal, type Rehearsal } from '../../src/rehearsal/start-rehearsal.ts'
import { stubSettings } from '../stub-recipe/stub-settings.ts'
import { faultsOf, type ExpectedEnd } from './faults-of-home.ts'
import { forgetInstallation, makeInstallation } from './installation.ts'
import { endProgramsOfHome } from './left-overs.ts'
import { liveUntilEffect, type Ended } from './live-until-effect.ts'
import { stubContentFault } from './stub-content-fault.ts'

/** 1 tries every effect; the usual test run tries every sixth, beginning with another one each day. */
const every = Number(process.env['CRASH_SWEEP_EVERY'] ?? 6)

const taxId = 562
let archive: Rehearsal
let expected: ExpectedEnd

before(async () => {
  archive = await startRehearsal({
    scenario: {
      taxa: [{ id: taxId, name: 'Escherichia coli', rank: 'species' }],
      runs: [{ taxon: taxId, count: 2, mix: 'plain', content: 'promised' }],
    },
  })
  const fates = new Map((await archive.control.runs()).map(run => [run, 'delivered']))
  expected = { fates, recipe: 'stub', taxId, contentFault: stubContentFault }
})
after(() => archive.stop())

/** Kills the daemon after effect number `effect` (0: not at all), starts it again, and lets it come to an end; what it says last. */
async function live(effect: number): Promise<{ last: Ended; faults: string[] }> {
  const home = await makeInstallation(stubSettings(archive), taxId)
  const wrong = (fault: string): string => `killed after effect ${effect} (${home}): ${fault}`
  try {
    let last = await liveUntilEffect(home, effect)
    if (last.signal === 'SIGKILL') last = await liveUntilEffect(home, 0)
    const faults = await faultsOf(home, expected)
    if (faults.length === 0) forgetInstallation(home)
    return { last, faults: faults.map(wrong) }
  } catch (error) {
    endProgramsOfHome(home)
    throw new Error(wrong('it did not come to an end'), { cause: error })
  }
}

test('killed between any two adjacent effects, everything comes to the same end', { timeout: 2_400_000 }, async t => {
  const whole = await live(0)
  assert.deepEqual(whole.faults, [])
  const faults: string[] = []
  let next = 1 + (new Date().getUTCDate() % every)
  const lane = async (): Promise<void> => {
    while (next <= whole.last.effects) {
      const effect = next
      next += every
      faults.push(...(await live(effect)).faults)
    }
  }
  await Promise.all([lane(), lane(), lane()])
  t.diagnostic(`${whole.last.effects} effects: ${[...new Set(whole.last.names)].join(', ')}`)
  assert.deepEqual(faults, [])
})
