import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { addedRows } from '../../../test/integration/door-rows.ts'
import { defaultPolicy } from '../../core/policy.ts'
import { openAttention } from './attention.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './open-ledger.ts'
import { shortagesBeforeAsking } from './shortages.ts'
import { workLeft } from './work-left.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
let ledger: Ledger
let rows: ReturnType<typeof addedRows>

beforeEach(async () => {
  ledger = await openLedger(':memory:')
  rows = addedRows(ledger, now)
  await rows.taxon(624, { next_check_at: '2999-01-01T00:00:00.000Z' })
})
afterEach(() => ledger.close())

async function left(how: { obstructed?: boolean; room?: number; maxWorkers?: number } = {}): Promise<number> {
  const limits = { ...defaultPolicy, maxWorkers: how.maxWorkers ?? 10, obstructed: how.obstructed ?? false }
  const { wanted, batches, workers } = await workLeft(ledger.read, now, { ...limits, roomOf: () => how.room ?? Infinity })
  return wanted + batches + workers
}

/** A run that is wanted, or batched in that batch. */
async function owed(run: string, batchId?: string): Promise<void> {
  await rows.run(run)
  await rows.delivery(`d-${run}`, run, batchId === undefined ? {} : { state: 'batched', batch_id: batchId })
  await rows.verdict(624, run, { delivery_id: `d-${run}` })
}

/** A batch whose worker has handed over one run that is not at home. */
async function unproved(
  batchId: string,
  run: string,
  over: { state: 'started' | 'finished'; held?: boolean; failures?: number },
) {
  await rows.batch(batchId, { state: over.state })
  await rows.attempt(`a-${batchId}`, batchId, { machine_id: batchId })
  await rows.worker(`a-${batchId}`, { machine_id: batchId, held_since: over.held === true ? now.toISOString() : null })
  await owed(run, batchId)
  const delivery = { delivery_id: `d-${run}`, outcome: 'done' as const, collect_failures: over.failures ?? 0 }
  await rows.attemptRun(`a-${batchId}`, run, delivery)
}

async function tell(cause: 'no-capacity' | 'library-full'): Promise<void> {
  const need = { subject: 'installation' as const, subjectId: 'installation', cause, evidence: '', tried: '' }
  await ledger.write(tx => openAttention(tx, need, now, 'test'))
}

suite('nothing is left that microfetch can do by itself', () => {
  test('when a batch without a machine takes all the room that a taxon has', async () => {
    await rows.batch('b1', { state: 'queued', attempts_made: shortagesBeforeAsking })
    for (let number = 1; number <= shortagesBeforeAsking; number += 1)
      await rows.attempt(`a${number}`, 'b1', { number, closed_at: now.toISOString(), closed_why: 'no-capacity: disk' })
    await owed('ERR000001', 'b1')
    await owed('ERR000002')
    await tell('no-capacity')
    assert.equal(await left({ room: 0 }), 0)
    assert.equal(await left({ room: 1 }), 1, 'with room, the other run is to be worked on')
  })

  test('when a silent worker is held and the library is full', async () => {
    await unproved('b1', 'ERR000001', { state: 'started', held: true })
    assert.ok((await left()) > 0)
    await tell('library-full')
    assert.equal(await left({ obstructed: true }), 0)
  })

  test('when workers that wait for a person leave no room for the queue', async () => {
    const failures = defaultPolicy.maxCollectFailures
    await unproved('b1', 'ERR000001', { state: 'finished', failures })
    await unproved('b2', 'ERR000002', { state: 'finished', failures })
    await rows.batch('b3', { state: 'queued' })
    await owed('ERR000003', 'b3')
    assert.equal(await left({ maxWorkers: 2 }), 0)
    assert.equal(await left({ maxWorkers: 3 }), 1)
  })
})
