import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Seen } from './plan.ts'

const now = new Date('2026-03-31T00:00:00.000Z')
const policy = { ...defaultPolicy, fullCheckDays: 30 }

function aTaxon(over: Partial<Seen['taxa'][number]> = {}): Seen['taxa'][number] {
  const lastChecked = '2026-03-30T00:00:00.000Z'
  return { taxId: 562, priority: 0, lastChecked, lastFullCheck: '2026-03-20T00:00:00.000Z', fullCheckWanted: 0, ...over }
}

function checks(taxa: Seen['taxa']) {
  return plan({ taxa, missed: [], waiting: [] }, policy, now).flatMap(action => (action.kind === 'check' ? [action] : []))
}

test('taxa of higher priority are checked first, then those never or least recently checked', () => {
  const taxa = [
    aTaxon({ taxId: 1 }),
    aTaxon({ taxId: 2, lastChecked: null }),
    aTaxon({ taxId: 3, lastChecked: '2026-03-01T00:00:00.000Z' }),
    aTaxon({ taxId: 4, priority: 5 }),
  ]
  assert.deepEqual(
    checks(taxa).map(action => action.taxId),
    [4, 2, 3, 1],
  )
})

test('a check is full when there was none, when it is asked for, and when the last full one is old', () => {
  const isFull = (over: Partial<Seen['taxa'][number]>) => checks([aTaxon(over)])[0]?.isFull
  assert.equal(isFull({}), false)
  assert.equal(isFull({ lastChecked: null, lastFullCheck: null }), true)
  assert.equal(isFull({ fullCheckWanted: 1 }), true)
  assert.equal(isFull({ lastFullCheck: '2026-03-02T00:00:00.000Z' }), false)
  assert.equal(isFull({ lastFullCheck: '2026-03-01T00:00:00.000Z' }), true)
})

test('what a full check missed is confirmed by the first check a day later, not by one before', () => {
  const isFull = (lastFullCheck: string) => checks([aTaxon({ fullCheckWanted: 2, lastFullCheck })])[0]?.isFull
  assert.equal(isFull('2026-03-30T00:00:01.000Z'), false)
  assert.equal(isFull('2026-03-30T00:00:00.000Z'), true)
})

test('one pass does only so much, so that the other stages come to their turn', () => {
  const missed = Array.from({ length: 300 }, (_, place) => ({ taxId: 562, runAccession: `ERR${900_001 + place}` }))
  const taxa = Array.from({ length: 300 }, (_, place) => aTaxon({ taxId: place + 1 }))
  const actions = plan({ taxa, missed, waiting: [] }, policy, now)
  assert.deepEqual([actions.filter(action => action.kind === 'check').length, actions.length], [20, 120])
})
