import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { freeOfCharge } from '../../../core/cost.ts'
import { plan, type Listed, type Owned, type Seen, type Stray } from './plan.ts'

const now = new Date('2026-03-01T10:00:00Z')
const nowMs = now.getTime()
const policy = { ...defaultPolicy, listLagSeconds: 120 }
const born = { status: 'active', createdAtMs: nowMs - 300_000, price: freeOfCharge } as const
const machine: Listed = { id: 'm1', name: 'mf-a1', attemptId: 'a1', keep: false, ...born }
const stray: Listed = { id: 'm9', name: 'mf-a9', attemptId: 'a9', keep: false, ...born }

/** The stray, as it was seen so often, first a minute ago. */
function sighted(sightings: number, over: Partial<Stray> = {}): Stray[] {
  return [{ machineId: 'm9', sightings, firstSeenAtMs: nowMs - 60_000, ...over }]
}

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
    unproved: 0,
    closingHeard: false,
    destroyAsked: false,
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
    told: [],
    offIsUnreadable: false,
    ...over,
  }
  return plan(seen, policy, now).map(action => action.kind)
}

test('a machine that its worker owns is left alone', () => {
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned()] }), [])
})

test('a machine that nobody owns is destroyed at the third look, never within the grace', () => {
  assert.deepEqual(kinds({ listed: [stray] }), ['note-stray'])
  assert.deepEqual(kinds({ listed: [stray], strays: sighted(1) }), ['note-stray'])
  assert.deepEqual(kinds({ listed: [stray], strays: sighted(2) }), ['destroy-stray'])
  assert.deepEqual(kinds({ listed: [stray], strays: sighted(2), graceUntilMs: nowMs + 1 }), [])
})

test('what a person asked to keep is reported once and never destroyed', () => {
  const kept = { ...stray, keep: true }
  assert.deepEqual(kinds({ listed: [kept] }), ['report-stray', 'note-stray'])
  const told: Seen['told'] = [{ machineId: 'm9', cause: 'kept', isOpen: true }]
  assert.deepEqual(kinds({ listed: [kept], strays: sighted(5), told }), [])
  assert.deepEqual(kinds({ listed: [stray], strays: sighted(5), told }), ['settle-told', 'destroy-stray'])
})

test('a second machine of one attempt is a stray', () => {
  assert.deepEqual(kinds({ listed: [machine, { ...machine, id: 'm2' }], workers: [anOwned()] }), ['note-stray'])
})

test('a machine of unreadable tag that has the name of a worker is never a stray: a person is told once, and it is not missing', () => {
  const damaged: Listed = { ...born, id: 'unreadable.mf-a1', name: 'mf-a1', attemptId: undefined, keep: false }
  const noted = sighted(1, { machineId: damaged.id })
  const told: Seen['told'] = [{ machineId: damaged.id, cause: 'unaccounted', isOpen: true }]
  for (const workerState of ['requested', 'booting', 'working', 'destroying'] as const) {
    const worker = anOwned({
      workerState,
      held: true,
      machineId: workerState === 'requested' ? undefined : 'm1',
      missingSightings: 0,
    })
    assert.deepEqual(kinds({ listed: [damaged], workers: [worker] }), ['report-stray', 'note-stray'], workerState)
    assert.deepEqual(kinds({ listed: [damaged], workers: [worker], strays: noted, told }), [], workerState)
    assert.deepEqual(
      kinds({ listed: [damaged], workers: [worker], strays: noted, told, adopting: true }),
      ['end-adopting'],
      workerState,
    )
  }
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned()], strays: noted }), ['forget-stray'], 'repaired')
  const gone = anOwned({ workerState: 'destroyed' })
  assert.deepEqual(kinds({ listed: [damaged], workers: [gone], strays: sighted(2, { machineId: damaged.id }) }), [
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
  assert.deepEqual(kinds({ workers: [anOwned({ workerState: 'booting', missingSightings: 1 })] }), ['vanish'], 'long enough ago')
  assert.deepEqual(kinds({ workers: [anOwned({ missingSightings: 1 })], listed: [machine] }), ['note-missing'])
})

test('after a restore unknown machines are adopted, and nothing is swept until a person agrees', () => {
  assert.deepEqual(kinds({ listed: [stray], adopting: true }), ['adopt'])
  assert.deepEqual(kinds({ adopting: true }), ['end-adopting'])
  assert.deepEqual(kinds({ adopting: true, graceUntilMs: nowMs + 1 }), [])
  const seen = { listed: [stray], strays: sighted(2), onlyReports: true }
  assert.deepEqual(kinds(seen), ['report-stray'])
  assert.deepEqual(kinds({ ...seen, told: [{ machineId: 'm9', cause: 'unaccounted', isOpen: true }] }), [])
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

test('what a person resolved is not told again', () => {
  const told: Seen['told'] = [{ machineId: 'm9', cause: 'unaccounted', isOpen: false }]
  assert.deepEqual(kinds({ listed: [stray], strays: sighted(5), onlyReports: true, told }), [])
  const kept: Seen['told'] = [{ machineId: 'm9', cause: 'kept', isOpen: false }]
  const seen = { listed: [{ ...stray, keep: true }], strays: sighted(5), told: kept }
  assert.deepEqual(kinds(seen), ['report-stray'], 'but a machine that is kept, as long as it is')
})

test('a machine younger than a create and the lag of the list together is not destroyed, unless it is off', () => {
  const young = { ...stray, createdAtMs: nowMs - 179_000 }
  assert.deepEqual(kinds({ listed: [young], strays: sighted(2) }), [])
  assert.deepEqual(kinds({ listed: [{ ...young, createdAtMs: nowMs - 180_000 }], strays: sighted(2) }), ['destroy-stray'])
  assert.deepEqual(kinds({ listed: [{ ...young, status: 'off' }], strays: sighted(2) }), ['destroy-stray'])
  assert.deepEqual(kinds({ listed: [{ ...stray, createdAtMs: nowMs + 9e9 }], strays: sighted(2) }), [], 'a clock that is wrong')
  const longAgo = sighted(2, { firstSeenAtMs: nowMs - 180_000 })
  assert.deepEqual(kinds({ listed: [{ ...stray, createdAtMs: nowMs + 9e9 }], strays: longAgo }), ['destroy-stray'])
})

test('two sightings in the same moment are one', () => {
  const hasty = sighted(2, { firstSeenAtMs: nowMs - 29_000 })
  assert.deepEqual(kinds({ listed: [stray], strays: hasty }), [])
})

test('a machine without a name of ours is told of and never destroyed, whatever its tags say', () => {
  const foreign = { ...stray, name: 'database' }
  assert.deepEqual(kinds({ listed: [foreign] }), ['note-stray'])
  assert.deepEqual(kinds({ listed: [foreign], strays: sighted(9) }), ['report-stray'])
})

test('a machine of ours that a person keeps is told of once, and settled when the tag is taken away', () => {
  assert.deepEqual(kinds({ listed: [{ ...machine, keep: true }], workers: [anOwned()] }), ['report-stray'])
  const told: Seen['told'] = [{ machineId: 'm1', cause: 'kept', isOpen: true }]
  assert.deepEqual(kinds({ listed: [{ ...machine, keep: true }], workers: [anOwned()], told }), [])
  assert.deepEqual(kinds({ listed: [machine], workers: [anOwned()], told }), ['settle-told'])
})

test('a machine that is off lapses when it is seen so again, unless something unproved is on it, it can be read, or a person keeps it', () => {
  const off: Listed = { ...machine, status: 'off' }
  assert.deepEqual(kinds({ listed: [off], workers: [anOwned()], offIsUnreadable: true }), ['note-missing'])
  const seen = { listed: [off], workers: [anOwned({ missingSightings: 1 })], offIsUnreadable: true }
  assert.deepEqual(kinds(seen), ['lapse-off'])
  assert.deepEqual(
    kinds({ ...seen, workers: [anOwned({ workerState: 'booting', batchState: 'assigned', missingSightings: 1 })] }),
    ['lapse-off'],
  )
  const first = { ...seen, workers: [anOwned()] }
  assert.deepEqual(kinds({ ...first, offIsUnreadable: false }), [])
  assert.deepEqual(kinds({ ...first, graceUntilMs: nowMs + 1 }), [])
  assert.deepEqual(kinds({ ...seen, workers: [anOwned({ unproved: 1 })] }), [])
  assert.deepEqual(kinds({ ...seen, workers: [anOwned({ closingHeard: true })] }), [])
  assert.deepEqual(kinds({ ...first, listed: [{ ...off, keep: true }] }), ['report-stray'])
})

test('a machine that does not go after a quarter of an hour needs a person, and is asked to go all the same', () => {
  const asked = anOwned({ workerState: 'destroying', destroyAsked: true, changedAtMs: nowMs - 901_000 })
  assert.deepEqual(kinds({ listed: [machine], workers: [asked] }), ['report-stray'])
  assert.deepEqual(kinds({ listed: [machine], workers: [{ ...asked, changedAtMs: nowMs - 899_000 }] }), [])
  assert.deepEqual(kinds({ listed: [machine], workers: [{ ...asked, unproved: 1 }] }), [], 'it is held, not stuck')
  const old = sighted(4, { firstSeenAtMs: nowMs - 901_000 })
  assert.deepEqual(kinds({ listed: [stray], strays: old }), ['report-stray', 'destroy-stray'])
})
