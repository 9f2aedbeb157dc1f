import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stageNames, stageOf, statusWordOf, warningOf, type TaxonProgress } from './taxon-progress.ts'

const resting: TaxonProgress = {
  needs: [],
  isChecked: true,
  isBegun: false,
  hasUnjudged: false,
  hasWanted: false,
  isQueued: false,
  isWorking: false,
  isFinished: false,
  addresses: [],
  failedRuns: 0,
  warning: '',
}
const of = (over: Partial<TaxonProgress>): TaxonProgress => ({ ...resting, ...over })

test('the status word is the first that fits', () => {
  const everything = { isWorking: true, isFinished: true, warning: 'w' }
  assert.equal(statusWordOf(of({ ...everything, needs: ['check-failing'] })), 'error')
  assert.equal(statusWordOf(of(everything)), 'in progress')
  assert.equal(statusWordOf(of({ isQueued: true })), 'in progress')
  assert.equal(statusWordOf(of({ isFinished: true, warning: 'w' })), 'ready')
  assert.equal(statusWordOf(of({ warning: 'w' })), 'warning')
  assert.equal(statusWordOf(of({ failedRuns: 1 })), 'warning')
  assert.equal(statusWordOf(resting), 'complete')
  assert.equal(statusWordOf(of({ isChecked: false })), '')
})

test('the warning tells of failed runs too', () => {
  assert.equal(warningOf(of({ warning: 'merged', failedRuns: 2 })), 'merged; 2 runs failed')
  assert.equal(warningOf(of({ failedRuns: 1 })), '1 run failed')
})

test('the stage is the furthest at which something of the taxon is', () => {
  const name = (over: Partial<TaxonProgress>) => stageOf(of(over)).name
  assert.equal(name({ isChecked: false }), 'new')
  assert.equal(name({ isChecked: false, isBegun: true }), 'discover')
  assert.equal(name({ isChecked: false, isBegun: true, hasUnjudged: true }), 'filter')
  assert.equal(name({ hasWanted: true, hasUnjudged: true }), 'batch')
  assert.equal(name({ isQueued: true, hasWanted: true }), 'provision')
  assert.equal(name({ isWorking: true, isQueued: true, addresses: ['1.2.3.4'] }), 'work')
  assert.equal(name({ isFinished: true, isWorking: true, addresses: ['1.2.3.4'] }), 'collect')
  assert.equal(name({ addresses: ['1.2.3.4'], hasWanted: true }), 'destroy')
  assert.equal(name({}), 'complete')
  assert.deepEqual(stageOf(resting), { number: stageNames.length - 1, name: 'complete' })
})
