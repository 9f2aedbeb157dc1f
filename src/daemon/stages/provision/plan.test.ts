import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Queued, type Seen } from './plan.ts'

const now = new Date('2026-03-01T10:00:00Z')
const policy = { ...defaultPolicy, maxWorkers: 2, maxHeld: 2, retrySeconds: 30 }

function aQueued(over: Partial<Queued> = {}): Queued {
  return {
    batchId: 'b1',
    attemptsMade: 0,
    queuedAtMs: now.getTime() - 1000,
    priority: 0,
    deliveries: 3,
    isShort: false,
    isAskedAgain: false,
    ...over,
  }
}

function aSeen(over: Partial<Seen> = {}): Seen {
  return {
    queued: [aQueued()],
    live: 0,
    held: 0,
    adopting: false,
    obstacles: [],
    toldOfShortage: false,
    told: [],
    money: undefined,
    ids: ['a1', 'a2', 'a3'],
    ...over,
  }
}

function begun(seen: Seen): string[] {
  return plan(seen, policy, now).flatMap(action => (action.kind === 'begin' ? [action.batchId] : []))
}

test('the most urgent batches begin while the policy leaves room', () => {
  const queued = [
    aQueued({ batchId: 'old', queuedAtMs: 0 }),
    aQueued({ batchId: 'urgent', priority: 5 }),
    aQueued({ batchId: 'new' }),
  ]
  assert.deepEqual(begun(aSeen({ queued })), ['urgent', 'old'])
  assert.deepEqual(begun(aSeen({ queued, live: 1 })), ['urgent'])
  assert.deepEqual(plan(aSeen({ queued, live: 7 }), policy, now), [])
})

test('nothing begins while results wait in too many machines, after a restore, or while something stands in the way', () => {
  assert.deepEqual(plan(aSeen({ held: 2 }), policy, now), [])
  assert.deepEqual(plan(aSeen({ adopting: true }), policy, now), [])
  assert.deepEqual(plan(aSeen({ obstacles: ['library-full'] }), policy, now), [])
})

test('a batch that came back waits longer each time', () => {
  const back = aQueued({ attemptsMade: 2, queuedAtMs: now.getTime() - 59_000 })
  assert.deepEqual(plan(aSeen({ queued: [back] }), policy, now), [])
  const [action] = plan(aSeen({ queued: [{ ...back, queuedAtMs: now.getTime() - 60_000 }] }), policy, now)
  assert.equal(action?.kind === 'begin' && action.attemptNumber, 3)
})

test('a batch in which nothing is left to do gets no machine', () => {
  assert.deepEqual(plan(aSeen({ queued: [aQueued({ deliveries: 0 })] }), policy, now), [])
})

test('and goes at once when a person says that there are machines again', () => {
  const back = aQueued({ attemptsMade: 40, queuedAtMs: now.getTime() - 1000 })
  assert.deepEqual(begun(aSeen({ queued: [back] })), [])
  assert.deepEqual(begun(aSeen({ queued: [{ ...back, isAskedAgain: true }] })), ['b1'])
})

test('a person is told that there are machines again when no batch waits for one any more', () => {
  const short = aQueued({ isShort: true, attemptsMade: 9 })
  const over = [{ kind: 'capacity-back' }]
  assert.deepEqual(plan(aSeen({ queued: [short], toldOfShortage: true }), policy, now), [])
  assert.deepEqual(plan(aSeen({ queued: [], toldOfShortage: true }), policy, now), over)
  assert.deepEqual(plan(aSeen({ queued: [aQueued({ attemptsMade: 9 })], toldOfShortage: true }), policy, now), over)
})
