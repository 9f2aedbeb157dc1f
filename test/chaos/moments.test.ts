import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { makeDraw } from '../../src/rehearsal/seeded-chance.ts'
import type { Landmark } from './landmarks.ts'
import { drawMoment, type Moment, type Spread } from './moments.ts'
import type { Victim } from './victims.ts'

const passed = new Map<Landmark, number>([
  ['daemon started', 1000],
  ['machine made', 2000],
  ['pipeline asked for', 2500],
  ['Nextflow works', 4000],
  ['closed', 9000],
  // Brought home while the agent still closes: landmarks need not come in their usual order.
  ['last run at home', 8900],
  ['machine gone', 9400],
])
const life = { passed, endedAtMs: 10_000 }

function draws(victim: Victim, spread: Spread): Moment[] {
  const draw = makeDraw(3)
  return Array.from({ length: 2000 }, () => drawMoment(life, victim, spread, draw))
}

function share(moments: readonly Moment[], after: Landmark): number {
  return moments.filter(moment => moment.after === after).length / moments.length
}

suite('the moment at which a program is killed', () => {
  test('lies within its life', () => {
    for (const spread of ['by the clock', 'by the landmarks'] as const) {
      const times = (victim: Victim) => draws(victim, spread).map(({ after, waitMs }) => (passed.get(after) ?? NaN) + waitMs)
      assert.ok(times('daemon').every(time => time >= 1000 && time < 10_000))
      assert.ok(times('agent').every(time => time >= 2000 && time < 9400))
      assert.ok(times('whole group').every(time => time >= 2000 && time < 9400))
      assert.ok(times('Nextflow').every(time => time >= 2500 && time < 9000))
    }
  })

  test('falls by the clock as often into a stretch as that is long', () => {
    assert.ok(Math.abs(share(draws('Nextflow', 'by the clock'), 'Nextflow works') - 4900 / 6500) < 0.05)
    assert.ok(Math.abs(share(draws('daemon', 'by the clock'), 'closed') - 400 / 9000) < 0.02)
  })

  test('falls by the landmarks into every stretch alike, anywhere in it', () => {
    const moments = draws('daemon', 'by the landmarks')
    for (const landmark of passed.keys()) assert.ok(Math.abs(share(moments, landmark) - 1 / 7) < 0.05, landmark)
    const waits = moments.filter(({ after }) => after === 'Nextflow works').map(({ waitMs }) => waitMs)
    assert.ok(Math.min(...waits) < 500 && Math.max(...waits) > 4400)
  })

  test('is the same for the same seed', () => {
    assert.deepEqual(draws('agent', 'by the clock'), draws('agent', 'by the clock'))
  })
})
