import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Ending } from './plan.ts'

const now = new Date('2026-03-01T10:00:00Z')

function kinds(over: Partial<Ending>): string[] {
  const worker: Ending = {
    workerName: 'mf-a1',
    workerState: 'working',
    attemptId: 'a1',
    attemptOpen: true,
    batchState: 'settled',
    chargedTaxId: 562,
    machineId: 'm1',
    unproved: 0,
    unremoved: 0,
    held: false,
    kept: false,
    destroyAskedAtMs: undefined,
    ...over,
  }
  return plan({ workers: [worker] }, defaultPolicy, now).map(action => action.kind)
}

test('a worker is dismissed when its batch is settled and its sources are removed', () => {
  assert.deepEqual(kinds({}), ['dismiss'])
  assert.deepEqual(kinds({ unremoved: 1 }), [])
  assert.deepEqual(kinds({ unproved: 1 }), [])
})

test('a worker whose batch goes on is left alone', () => {
  assert.deepEqual(kinds({ batchState: 'started' }), [])
  assert.deepEqual(kinds({ batchState: 'finished' }), [])
})

test('a cancel waits for nothing', () => {
  assert.deepEqual(kinds({ batchState: 'cancelled', unproved: 3, unremoved: 2 }), ['dismiss'])
})

test('a machine with unproved results is held, never destroyed', () => {
  assert.deepEqual(kinds({ workerState: 'destroying', unproved: 1 }), ['hold'])
  assert.deepEqual(kinds({ workerState: 'destroying', unproved: 1, held: true }), [])
})

test('deletion is asked for again, but not all the time', () => {
  assert.deepEqual(kinds({ workerState: 'destroying' }), ['destroy'])
  assert.deepEqual(kinds({ workerState: 'destroying', destroyAskedAtMs: now.getTime() - 1000 }), [])
  assert.deepEqual(kinds({ workerState: 'destroying', destroyAskedAtMs: now.getTime() - 5000 }), ['destroy'])
})

test('a machine that a person keeps is dismissed and not destroyed', () => {
  assert.deepEqual(kinds({ kept: true }), ['dismiss'])
  assert.deepEqual(kinds({ workerState: 'destroying', kept: true }), [])
})
