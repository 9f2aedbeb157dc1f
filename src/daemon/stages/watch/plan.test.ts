import { freeOfCharge } from '../../../core/cost.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Listed, type Watched } from './plan.ts'

const now = new Date('2026-03-01T10:00:00Z')
const nowMs = now.getTime()
const policy = {
  ...defaultPolicy,
  bootSeconds: 60,
  leaseSeconds: 30,
  progressSeconds: 600,
  graceSeconds: 100,
  listLagSeconds: 20,
}
const machine: Listed = { id: 'm1', address: '/w', status: 'active', price: freeOfCharge, createdAtMs: 0 }

function aWatched(over: Partial<Watched> = {}): Watched {
  return {
    workerName: 'mf-a1',
    workerState: 'working',
    attemptId: 'a1',
    attemptOpen: true,
    batchId: 'b1',
    batchState: 'started',
    sunkAttempts: 0,
    chargedTaxId: 562,
    machineId: 'm1',
    address: '/w',
    hostKey: undefined,
    heardMachineId: 'm1',
    heardAtMs: nowMs - 1000,
    listed: [machine],
    closingHeard: false,
    whyNotBooted: undefined,
    unproved: 0,
    changedAtMs: nowMs - 1000,
    lastBeatAtMs: nowMs - 1000,
    progressAtMs: nowMs - 1000,
    deadlineAtMs: nowMs + 1_000_000,
    toldToStop: false,
    held: false,
    peek: { kind: 'not-asked' },
    ...over,
  }
}

function kinds(over: Partial<Watched>, graceUntilMs = 0): string[] {
  return plan({ workers: [aWatched(over)], orphaned: [], graceUntilMs }, policy, now).map(action => action.kind)
}

test('a worker that beats and makes progress is left alone', () => {
  assert.deepEqual(kinds({}), [])
})

test('the first-heard listed machine is bound; one that is heard and not listed is not', () => {
  const requested = { workerState: 'requested', batchState: 'assigned', machineId: undefined } as const
  assert.deepEqual(kinds(requested), ['register'])
  assert.deepEqual(kinds({ ...requested, heardMachineId: 'ghost' }), [])
  assert.deepEqual(kinds({ ...requested, heardMachineId: 'ghost', heardAtMs: nowMs - 21_000 }), ['forget-heard'])
})

test('a machine found by its tag is bound when it is the only one', () => {
  const requested = { workerState: 'requested', batchState: 'assigned', machineId: undefined, heardMachineId: undefined } as const
  assert.deepEqual(kinds(requested), ['bind'])
  assert.deepEqual(kinds({ ...requested, listed: [machine, { ...machine, id: 'm2' }] }), [])
  assert.deepEqual(kinds({ ...requested, listed: undefined }), [])
  const two = { ...requested, listed: [machine, { ...machine, id: 'm2' }] }
  assert.deepEqual(kinds({ ...two, changedAtMs: nowMs - 61_000 }), ['bind'], 'of several that never speak one is taken, to lapse')
})

test('a booting worker registers when it was heard, by callback or by its own documents', () => {
  const booting = { workerState: 'booting', batchState: 'assigned' } as const
  assert.deepEqual(kinds(booting), ['register'])
  assert.deepEqual(kinds({ ...booting, heardMachineId: undefined }), ['register'])
  assert.deepEqual(kinds({ ...booting, heardMachineId: undefined, lastBeatAtMs: undefined }), [])
  assert.deepEqual(kinds({ ...booting, heardMachineId: undefined, lastBeatAtMs: undefined, changedAtMs: nowMs - 61_000 }), [
    'lapse',
  ])
})

test('a closing document finishes the batch', () => {
  assert.deepEqual(kinds({ closingHeard: true, lastBeatAtMs: nowMs - 500_000 }), ['finish'])
})

test('the closing document of a closed attempt does not finish the batch: a later attempt works on it', () => {
  assert.deepEqual(kinds({ closingHeard: true, attemptOpen: false }), [])
})

test('a silent worker lapses, but not within the grace after an absence of ours', () => {
  assert.deepEqual(kinds({ lastBeatAtMs: nowMs - 31_000 }), ['lapse'])
  assert.deepEqual(kinds({ lastBeatAtMs: nowMs - 31_000 }, nowMs + 1), [])
})

test('a silent worker that holds unproved results is held, not ended', () => {
  assert.deepEqual(kinds({ lastBeatAtMs: nowMs - 31_000, unproved: 1 }), ['hold'])
  assert.deepEqual(kinds({ lastBeatAtMs: nowMs - 31_000, unproved: 1, held: true }), [])
})

test('a worker is held no longer when what it held is at home, whether it speaks again or not', () => {
  assert.deepEqual(kinds({ held: true }), ['end-hold'])
  assert.deepEqual(kinds({ held: true, lastBeatAtMs: nowMs - 31_000 }), ['end-hold'])
  assert.deepEqual(kinds({ held: true, unproved: 1 }), [])
})

test('an agent that died lapses at once when its machine was asked and has nothing new', () => {
  const off = { listed: [{ ...machine, status: 'off' as const }] }
  assert.deepEqual(kinds({ ...off, peek: { kind: 'read', isNews: false } }), ['lapse'])
  assert.deepEqual(kinds({ ...off, peek: { kind: 'unreachable', why: 'x' } }), [])
})

test('what the machine itself says is heard before anything is decided', () => {
  assert.deepEqual(kinds({ lastBeatAtMs: nowMs - 31_000, peek: { kind: 'read', isNews: true } }), ['hear'])
})

test('beats without progress, or past the deadline, are told to stop, and end when deaf', () => {
  assert.deepEqual(kinds({ progressAtMs: nowMs - 701_000 }), ['tell-to-stop'])
  assert.deepEqual(kinds({ progressAtMs: nowMs - 701_000, toldToStop: true }), [])
  assert.deepEqual(kinds({ progressAtMs: nowMs - 901_000, toldToStop: true }), ['lapse'])
  assert.deepEqual(kinds({ deadlineAtMs: nowMs - 101_000 }), ['tell-to-stop'])
  assert.deepEqual(kinds({ deadlineAtMs: nowMs - 299_000, toldToStop: true }), [])
  assert.deepEqual(kinds({ deadlineAtMs: nowMs - 301_000, toldToStop: true }), ['lapse'], 'though its numbers still move')
})

test('silence is not held against a worker while the provider cannot be asked either: the line may be our own', () => {
  const silent = { lastBeatAtMs: nowMs - 10_000_000, progressAtMs: nowMs - 1000 }
  assert.deepEqual(kinds({ ...silent, listed: undefined }), [])
  assert.deepEqual(kinds(silent), ['lapse'])
})
