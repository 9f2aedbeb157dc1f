import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Announced, type Seen } from './plan.ts'

const policy = { ...defaultPolicy, libraryReserveBytes: 1000 }
const now = new Date('2026-03-01T10:00:00Z')
const announced: Announced = {
  attemptId: 'a1',
  machineId: 'm1',
  address: '/w',
  hostKey: undefined,
  runAccession: 'ERR000001',
  deliveryId: 'd1',
  recipe: 'fetch',
  recipeIdentity: 'i',
  revision: 'r',
  manifestSha256: undefined,
  chargedTaxId: 624,
  collectFailures: 0,
}
const removable = { attemptId: 'a1', machineId: 'm1', address: '/w', hostKey: undefined, runAccession: 'ERR000002', failures: 0 }

function kinds(over: Partial<Seen>): string[] {
  return plan(
    {
      elsewhere: undefined,
      announced: [announced],
      removable: [removable],
      links: [],
      freeBytes: 5000,
      fullKnown: false,
      waiting: undefined,
      ...over,
    },
    policy,
    now,
  ).map(action => action.kind)
}

test('what is proved is removed first, then the announced is brought home', () => {
  assert.deepEqual(kinds({}), ['remove', 'collect'])
})

test('links to what is at home are made whether there is space or not', () => {
  const run = { runAccession: 'ERR000003', deliveryId: 'd3', recipe: 'fetch', recipeIdentity: 'i', revision: 'r' }
  const links = [{ ...run, taxId: 624, relativePath: 'runs/ERR000/ERR000003/d3' }]
  assert.deepEqual(kinds({ links, announced: [], removable: [], freeBytes: undefined }), ['link'])
  assert.deepEqual(kinds({ links, freeBytes: 999, fullKnown: true }), ['remove', 'link'])
})

test('a full library stops every collection, is told once, and goes on when there is space', () => {
  assert.deepEqual(kinds({ freeBytes: 999 }), ['remove', 'library-full'])
  assert.deepEqual(kinds({ freeBytes: 999, fullKnown: true }), ['remove'])
  assert.deepEqual(kinds({ fullKnown: true }), ['remove', 'library-has-space', 'collect'])
})

test('a run that had no room keeps the library full until it fits, and its time has come', () => {
  const due = { freeBytes: 6000, notBeforeMs: now.getTime() }
  assert.deepEqual(kinds({ fullKnown: true, waiting: due }), ['remove'])
  assert.deepEqual(kinds({ fullKnown: true, waiting: due, freeBytes: 6000 }), ['remove', 'library-has-space', 'collect'])
  const later = { freeBytes: 0, notBeforeMs: now.getTime() + 1 }
  assert.deepEqual(kinds({ fullKnown: true, waiting: later }), ['remove'])
})

test('what a collector elsewhere reported is written down whether there is space or not', () => {
  const elsewhere = { heardAtMs: now.getTime(), silenceKnown: false, graceUntilMs: 0 }
  assert.deepEqual(kinds({ elsewhere, freeBytes: 999 }), ['remove', 'collect', 'library-full'])
  assert.deepEqual(kinds({ elsewhere }), ['remove', 'collect'])
})

test('a silent collector is told of once, and not within the grace after an absence of ours, unless it was never heard', () => {
  const silent = { heardAtMs: now.getTime() - 7_200_001, silenceKnown: false, graceUntilMs: 0 }
  const said = (elsewhere: Seen['elsewhere']) => kinds({ elsewhere, announced: [], removable: [], freeBytes: undefined })
  assert.deepEqual(said(silent), ['collector-silent'])
  assert.deepEqual(said({ ...silent, silenceKnown: true }), [])
  assert.deepEqual(said({ ...silent, graceUntilMs: now.getTime() + 1 }), [])
  assert.deepEqual(said({ ...silent, heardAtMs: undefined, graceUntilMs: now.getTime() + 1 }), ['collector-silent'])
  assert.deepEqual(said({ ...silent, heardAtMs: now.getTime() - 7_200_000 }), [])
  assert.deepEqual(said({ ...silent, heardAtMs: now.getTime(), silenceKnown: true }), ['collector-heard'])
})
