import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doubtAnswer, isMassDisappearance } from './believe-answer.ts'

const doubt = (rows: number, countBefore: number, countAfter = countBefore) => doubtAnswer({ rows, countBefore, countAfter })

test('anything between the two counts is believed, and a little beside them', () => {
  assert.equal(doubt(100, 100), undefined)
  assert.equal(doubt(105, 100, 110), undefined)
  assert.equal(doubt(105, 110, 100), undefined)
  assert.equal(doubt(99, 100), undefined)
  assert.equal(doubt(9950, 10_000), undefined)
  assert.equal(doubt(0, 0), undefined)
})

test('what is clearly short, empty or too long is not', () => {
  assert.match(doubt(98, 100) ?? '', /cut short: 98 runs, though the archive counts 100/)
  assert.match(doubt(9949, 10_000) ?? '', /cut short/)
  assert.match(doubt(0, 1) ?? '', /empty/)
  assert.match(doubt(102, 100) ?? '', /too long/)
  assert.match(doubt(50, 100, 120) ?? '', /counts 100, then 120/)
})

test('more than a fifth of twenty runs or more does not disappear at once', () => {
  assert.equal(isMassDisappearance({ expected: 20, newlyMissing: 4 }), false)
  assert.equal(isMassDisappearance({ expected: 20, newlyMissing: 5 }), true)
  assert.equal(isMassDisappearance({ expected: 19, newlyMissing: 19 }), false)
})
