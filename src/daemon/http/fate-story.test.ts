import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunFate } from '../../api/run-fate.ts'
import { tellFate } from './fate-story.ts'

type Delivery = RunFate['deliveries'][number]
type Attempt = Delivery['attempts'][number]

const at = '2026-03-01T08:00:00.000Z'

function anAttempt(over: Partial<Attempt> = {}): Attempt {
  const machine = { machineId: null, address: null, machineSeconds: null, microdollars: null, removedAt: null }
  const collecting = { heardAt: null, collectFailures: 0, collectError: '' }
  const open = { openedAt: at, closedAt: null, closedWhy: '', outcome: 'none' as const, reason: null }
  return { attemptId: 'a40', batch: 'sonnei-a', number: 40, worker: 'mf-a40', ...machine, ...collecting, ...open, ...over }
}

function tellBatched(...attempts: Attempt[]): string {
  const delivery: Delivery = {
    deliveryId: 'd1',
    recipe: 'assemble',
    revision: 'r1',
    state: 'batched',
    chargedTaxId: 624,
    reason: null,
    strikes: 0,
    alone: false,
    wantedAt: at,
    changedAt: at,
    attempts,
    receipt: null,
  }
  return tellFate({ runAccession: 'ERR000001', archive: null, verdicts: [], deliveries: [delivery], events: [] }).join(' ')
}

test('a run in a batch is called worked on only while an attempt is open', () => {
  assert.equal(tellBatched(), 'it is in a batch that waits for a worker.')
  assert.equal(tellBatched(anAttempt()), 'it is being worked on: batch sonnei-a, attempt 40, worker mf-a40.')
  assert.equal(
    tellBatched(anAttempt({ closedAt: at, closedWhy: 'no-capacity: the disk is too small' })),
    `it is in batch sonnei-a, which waits for a worker; attempt 40 ended at ${at} (no-capacity: the disk is too small).`,
  )
})

test('results that wait to be brought home are told of, whether their attempt is open or over', () => {
  assert.equal(
    tellBatched(anAttempt({ outcome: 'done' })),
    'it is being worked on: batch sonnei-a, worker mf-a40; its results wait to be brought home.',
  )
  assert.equal(
    tellBatched(anAttempt({ outcome: 'done', closedAt: at })),
    'attempt 40 is over: batch sonnei-a, worker mf-a40; its results wait to be brought home.',
  )
})
