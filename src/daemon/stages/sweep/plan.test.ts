import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Listed, type Owned, type Seen } from './plan.ts'

const now = new Date('2026-03-01T10:00:00Z')
const nowMs = now.getTime()
const policy = { ...defaultPolicy, listLagSeconds: 120 }
const machine: Listed = { id: 'm1', name: 'mf-a1', attemptId: 'a1', keep: false }
const stray: Listed = { id: 'm9', name: 'mf-a9', attemptId: 'a9', keep: false }

function anOwned(over: Partial<Owned> = {}): Owned {
  return {
    workerName: 'mf-a1',
    workerState: 'working',
    attemptId: 'a1',
    attemptOpen: true,
    machineId: 'm1',
    requestedAtMs: nowMs - 500_000,
    changedAtMs: nowMs - 400_000,
    missingSightings: 0,
    batchId: 'b1',
    batchState: 'started',
    sunkAttempts: 0,
    chargedTaxId: 562,
    held: false,
    ...over,
  }
}

function kinds(over: Partial<Seen>): string[] {
  const seen: Seen = {
    listed: [],
    workers: [],
    strays: [],
    attemptFolders: [],
    graceUntilMs: 0,
    adopting: false,
    onlyReports: false,
    reported: [],
    ...over,
  }
  return plan(seen, policy, now).map(action => action.kind)
}

test('a machine that its worker owns is left alone', () => {
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned()] }), [])
})

test('a machine that nobody owns is destroyed at the third look, never within the grace', () => {
  assert.deepEqual(kinds({ listed: [stray] }), ['note-stray'])
  assert.deepEqual(kinds({ listed: [stray], strays: [{ machineId: 'm9', sightings: 1 }] }), ['note-stray'])
  assert.deepEqual(kinds({ listed: [stray], strays: [{ machineId: 'm9', sightings: 2 }] }), ['destroy-stray'])
  assert.deepEqual(kinds({ listed: [stray], strays: [{ machineId: 'm9', sightings: 2 }], graceUntilMs: nowMs + 1 }), [])
})

test('what a person asked to keep is reported once and never destroyed', () => {
  const kept = { ...stray, keep: true }
  assert.deepEqual(kinds({ listed: [kept] }), ['report-stray', 'note-stray'])
  assert.deepEqual(kinds({ listed: [kept], strays: [{ machineId: 'm9', sightings: 5 }] }), [])
})

test('a second machine of one attempt is a stray', () => {
  assert.deepEqual(kinds({ listed: [machine, { ...machine, id: 'm2' }], workers: [anOwned()] }), ['note-stray'])
})

test('a machine of unreadable tag that has the name of a worker is never a stray: a person is told once, and it is not missing', () => {
  const damaged: Listed = { id: 'unreadable.mf-a1', name: 'mf-a1', attemptId: undefined, keep: false }
  const noted = [{ machineId: damaged.id, sightings: 1 }]
  for (const workerState of ['requested', 'booting', 'working', 'destroying'] as const) {
    const worker = anOwned({
      workerState,
      held: true,
      machineId: workerState === 'requested' ? undefined : 'm1',
      missingSightings: 0,
    })
    assert.deepEqual(kinds({ listed: [damaged], workers: [worker] }), ['report-stray', 'note-stray'], workerState)
    assert.deepEqual(kinds({ listed: [damaged], workers: [worker], strays: noted }), [], workerState)
    assert.deepEqual(
      kinds({ listed: [damaged], workers: [worker], strays: noted, adopting: true }),
      ['end-adopting'],
      workerState,
    )
  }
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned()], strays: noted }), ['forget-stray'], 'repaired')
  const gone = anOwned({ workerState: 'destroyed' })
  assert.deepEqual(kinds({ listed: [damaged], workers: [gone], strays: [{ machineId: damaged.id, sightings: 2 }] }), [
    'destroy-stray',
  ])
})

test('a machine that shows again after it was gone goes back to destroying, and so does a ghost of one never born', () => {
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned({ workerState: 'destroyed' })] }), ['reappear'])
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned({ workerState: 'destroyed', machineId: undefined })] }), [
    'reappear',
  ])
})

test('a requested worker whose tag stays empty for the whole lag window was never born', () => {
  const requested = anOwned({ workerState: 'requested', machineId: undefined })
  assert.deepEqual(kinds({ workers: [requested] }), ['never-born'])
  assert.deepEqual(kinds({ workers: [{ ...requested, requestedAtMs: nowMs - 1000 }] }), [])
  assert.deepEqual(kinds({ workers: [requested], listed: [machine] }), [])
  assert.deepEqual(kinds({ workers: [requested], graceUntilMs: nowMs + 1 }), [])
})

test('an owned machine that is missing twice has vanished, unless it was just made', () => {
  assert.deepEqual(kinds({ workers: [anOwned()] }), ['note-missing'])
  assert.deepEqual(kinds({ workers: [anOwned({ missingSightings: 1 })] }), ['vanish'])
  assert.deepEqual(kinds({ workers: [anOwned({ missingSightings: 1 })], graceUntilMs: nowMs + 1 }), [])
  assert.deepEqual(kinds({ workers: [anOwned({ workerState: 'booting', changedAtMs: nowMs - 1000, missingSightings: 1 })] }), [])
  assert.deepEqual(kinds({ workers: [anOwned({ missingSightings: 1 })], listed: [machine] }), ['note-missing'])
})

test('after a restore unknown machines are adopted, and nothing is swept until a person agrees', () => {
  assert.deepEqual(kinds({ listed: [stray], adopting: true }), ['adopt'])
  assert.deepEqual(kinds({ adopting: true }), ['end-adopting'])
  assert.deepEqual(kinds({ adopting: true, graceUntilMs: nowMs + 1 }), [])
  const seen = { listed: [stray], strays: [{ machineId: 'm9', sightings: 2 }], onlyReports: true }
  assert.deepEqual(kinds(seen), ['report-stray'])
  assert.deepEqual(kinds({ ...seen, reported: ['m9'] }), [])
})

test('what an attempt left outside the ledger goes when its worker is gone for good', () => {
  const gone = anOwned({ workerState: 'destroyed' })
  assert.deepEqual(kinds({ workers: [gone], attemptFolders: ['a1'] }), ['forget-attempt'])
  assert.deepEqual(kinds({ workers: [anOwned({ missingSightings: 0 })], listed: [machine], attemptFolders: ['a1'] }), [])
  assert.deepEqual(kinds({ attemptFolders: ['unknown'] }), [], 'an attempt that the ledger does not know may be adopted')
})

test('a machine that was kept for its results and is gone with them is no longer waited for', () => {
  const kept = anOwned({ workerState: 'destroying', held: true, missingSightings: 1 })
  assert.deepEqual(kinds({ workers: [kept] }), ['results-lost'])
  assert.deepEqual(kinds({ workers: [kept], listed: [machine] }), ['note-missing'])
  assert.deepEqual(kinds({ workers: [{ ...kept, held: false }] }), [])
})
