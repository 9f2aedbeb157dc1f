import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forecastSeconds, learnRate, missesOf, quantile, type PastAttempt } from './forecast.ts'
import { basesPerRun } from './packing.ts'

function past(seconds: number, over: Partial<PastAttempt> = {}): PastAttempt {
  return { runs: 10, bases: 0, seconds, forecastSeconds: undefined, ...over }
}

describe('a forecast', () => {
  test('assumes twenty minutes a run while nothing was learnt, and says how wide that guess is', () => {
    const rate = learnRate([])
    assert.equal(rate.attempts, 0)
    assert.deepEqual(forecastSeconds({ runs: 3, bases: 9e9 }, rate), { low: 1200, likely: 3600, high: 10_800 })
  })

  test('is all seconds over all work, so that a large attempt counts for more', () => {
    const rate = learnRate([past(100, { runs: 1 }), past(200, { runs: 9 })])
    assert.deepEqual([rate.attempts, rate.runs], [2, 10])
    assert.equal(Math.round(forecastSeconds({ runs: 10, bases: 0 }, rate).likely), 300)
  })

  test('counts bases as well as runs', () => {
    const rate = learnRate([past(1000, { runs: 1, bases: basesPerRun * 9 })])
    assert.equal(Math.round(forecastSeconds({ runs: 0, bases: basesPerRun }, rate).likely), 100)
    assert.equal(Math.round(forecastSeconds({ runs: 2, bases: 0 }, rate).likely), 200)
  })

  test('of few attempts is given as half to twice the figure, of more by their own spread', () => {
    const one = forecastSeconds({ runs: 10, bases: 0 }, learnRate([past(1000)]))
    assert.deepEqual([one.low, one.likely, one.high].map(Math.round), [500, 1000, 2000])
    const steady = forecastSeconds({ runs: 10, bases: 0 }, learnRate([900, 950, 1000, 1050, 1100].map(seconds => past(seconds))))
    assert.deepEqual([steady.low, steady.likely, steady.high].map(Math.round), [920, 1000, 1080])
  })

  test('learns nothing from what took no time or had no work', () => {
    assert.equal(learnRate([past(0), past(100, { runs: 0 })]).attempts, 0)
  })
})

test('how wrong forecasts were is the middle of what it really took over what was forecast', () => {
  assert.equal(missesOf([past(10)]), undefined)
  const misses = missesOf([
    past(100, { forecastSeconds: 100 }),
    past(300, { forecastSeconds: 100 }),
    past(150, { forecastSeconds: 100 }),
    past(1),
  ])
  assert.deepEqual([misses?.count, misses?.median], [3, 1.5])
  assert.equal(quantile([], 0.5), 0)
})
