import { freeOfCharge } from '../../core/cost.ts'
import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { addedRows } from '../../../test/integration/door-rows.ts'
import type { AttemptFile } from '../attempt-folders.ts'
import type { Machine } from '../providers/provider.ts'
import { adoptAttempt } from './adopt-attempt.ts'
import { sinkAttempt } from './attempts.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './open-ledger.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
const run = 'ERR000001'
const cause = { at: now, why: 'adopted after a restore', byWhom: 'sweep' }
const machine: Machine = {
  id: 'm-live',
  name: 'mf-live',
  attemptId: 'live',
  address: '/workers/mf-live',
  status: 'active',
  createdAt: now,
  keep: false,
  price: freeOfCharge,
}
let ledger: Ledger
let rows: ReturnType<typeof addedRows>

beforeEach(async () => {
  ledger = await openLedger(':memory:')
  rows = addedRows(ledger, now)
  await rows.taxon(624)
})
afterEach(() => ledger.close())

/** The folder of attempt `live`, number 2, of batch `b1`. */
function attemptFile(): AttemptFile {
  const at = now.toISOString()
  const batch = { id: 'b1', name: 'sonnei-a', recipe: 'assemble', recipeIdentity: 'identity', keep: 'both', chargedTaxId: 624 }
  const sources = [`https://ftp.sra.ebi.ac.uk/vol1/${run}_1.fastq.gz`]
  const readFiles = [{ name: `${run}_1.fastq.gz`, role: 'mate1' as const, sizeBytes: 5, md5: 'm', sources }]
  const assigned = {
    runAccession: run,
    deliveryId: 'd1',
    layout: 'paired' as const,
    sampleAccession: 'SAMEA1',
    taxId: 624,
    readFiles,
  }
  return {
    version: 1,
    attemptId: 'live',
    attemptNumber: 2,
    workerName: 'mf-live',
    provider: 'local',
    tokenHash: 'hash',
    openedAt: at,
    deadlineAt: at,
    batch: { ...batch, expectedBytes: 5, expectedBases: 5, memoryGb: 8 },
    revisions: { [run]: `rev-${run}` },
    assignment: { runs: [assigned] } as unknown as AttemptFile['assignment'],
  }
}

const adopt = () => ledger.write(tx => adoptAttempt(tx, attemptFile(), machine, cause))

/** `<id> <state> <batch>` of every delivery. */
async function deliveries(): Promise<string[]> {
  const found = await ledger.read.selectFrom('deliveries').selectAll().orderBy('id').execute()
  return found.map(row => `${row.id} ${row.state} ${row.batch_id ?? '-'}`)
}

async function openAttempts(): Promise<string[]> {
  const found = await ledger.read.selectFrom('attempts').select('id').where('closed_at', 'is', null).execute()
  return found.map(row => row.id)
}

suite('a machine that a restored ledger adopts', () => {
  test('brings all that the ledger does not know: batch, attempt, worker, run and delivery; again is the same as once', async () => {
    await adopt()
    await adopt()
    assert.deepEqual(await deliveries(), ['d1 batched b1'])
    const {
      state,
      machine_id: machineId,
      address,
    } = await ledger.read.selectFrom('workers').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([state, machineId, address], ['booting', 'm-live', '/workers/mf-live'])
    const stored = await ledger.read.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([stored.revision, stored.fastq_bytes, stored.row_hash], [`rev-${run}`, 5, ''])
    const [file] = JSON.parse(stored.files_json) as { address: string }[]
    assert.equal(file?.address, `ftp.sra.ebi.ac.uk/vol1/${run}_1.fastq.gz`)
  })

  for (const state of ['wanted', 'failed', 'dropped'] as const) {
    test(`works on a delivery that the ledger has as ${state}`, async () => {
      await rows.run(run)
      await rows.delivery('d1', run, { state })
      await adopt()
      assert.deepEqual(await deliveries(), ['d1 batched b1'])
    })
  }

  test('holds its delivery, in whatever batch the ledger thought it to be', async () => {
    await rows.run(run)
    await rows.batch('older')
    await rows.delivery('d1', run, { state: 'batched', batch_id: 'older' })
    await adopt()
    assert.deepEqual(await deliveries(), ['d1 batched b1'])
  })

  test('supersedes what the ledger owes of older files: of two only one may be open', async () => {
    await rows.run(run, { revision: 'older' })
    await rows.delivery('d0', run, { revision: 'older' })
    await adopt()
    assert.deepEqual(await deliveries(), ['d0 dropped -', 'd1 batched b1'])
  })

  test('keeps its batch when the machine of an earlier attempt turns out to be gone', async () => {
    await rows.run(run)
    await rows.batch('b1', { state: 'started' })
    await rows.attempt('first', 'b1', { machine_id: 'm-first' })
    await rows.worker('first')
    await rows.delivery('d1', run, { state: 'batched', batch_id: 'b1' })
    await adopt()
    const worker = { name: 'mf-first', state: 'working', event: 'vanish' } as const
    const batch = { id: 'b1', state: 'started', sunkAttempts: 0 } as const
    const sunk = { attemptId: 'first', worker, batch, hadMachine: true, maxAttempts: 3 }
    assert.equal(await ledger.write(tx => sinkAttempt(tx, sunk, { ...cause, why: 'gone' })), true)
    const stored = await ledger.read.selectFrom('batches').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([stored.state, stored.sunk_attempts], ['started', 0])
    assert.deepEqual(await openAttempts(), ['live'])
    assert.deepEqual(await deliveries(), ['d1 batched b1'])
  })

  test('is given its batch back when the backup shows it as finished: attempt 1 had lost its machine since', async () => {
    await rows.run(run)
    await rows.batch('b1', { state: 'finished' })
    await rows.attempt('first', 'b1', { machine_id: 'm-first', closing_json: '{}' })
    await rows.worker('first')
    await rows.delivery('d1', run, { state: 'batched', batch_id: 'b1' })
    await rows.attemptRun('first', run, { delivery_id: 'd1', outcome: 'done' })
    await adopt()
    const batch = await ledger.read.selectFrom('batches').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([batch.state, batch.attempts_made], ['assigned', 2])
    const events = await ledger.read.selectFrom('events').select('event').where('subject', '=', 'batch').orderBy('id').execute()
    assert.deepEqual(
      events.map(({ event }) => event),
      ['release', 'assign'],
    )
    assert.deepEqual(await openAttempts(), ['live'])
    assert.deepEqual(await deliveries(), ['d1 batched b1'])
  })

  test('costs from the moment when it was made', async () => {
    await ledger.write(tx =>
      adoptAttempt(
        tx,
        attemptFile(),
        { ...machine, price: { microdollarsPerHour: 7, minimumSeconds: 60, minimumMicrodollars: 10_000 } },
        cause,
      ),
    )
    const cost = await ledger.read.selectFrom('costs').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual(
      [cost.machine_id, cost.worker_name, cost.attempt_id, cost.charged_tax_id, cost.from_at, cost.microdollars_per_hour],
      ['m-live', 'mf-live', 'live', 624, now.toISOString(), 7],
    )
  })

  test('does not end a later attempt of its batch that was adopted before it', async () => {
    await adopt()
    const earlier = { ...attemptFile(), attemptId: 'first', attemptNumber: 1, workerName: 'mf-first' }
    const kept = { ...machine, id: 'm-first', name: 'mf-first', attemptId: 'first' }
    await ledger.write(tx => adoptAttempt(tx, earlier, kept, cause))
    assert.deepEqual(await openAttempts(), ['live'])
    const batch = await ledger.read.selectFrom('batches').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([batch.state, batch.attempts_made], ['assigned', 2])
  })

  for (const state of ['settled', 'failed', 'cancelled'] as const) {
    test(`whose batch is ${state} for good holds nothing any more: what it worked on stays where it is`, async () => {
      await rows.run(run)
      await rows.batch('b1', { state })
      await rows.delivery('d1', run)
      await adopt()
      assert.deepEqual(await openAttempts(), [])
      assert.deepEqual(await deliveries(), ['d1 wanted -'])
      const held = await ledger.read.selectFrom('attempt_runs').select(['delivery_id', 'outcome']).executeTakeFirstOrThrow()
      assert.deepEqual([held.delivery_id, held.outcome], ['d1', 'none'])
    })
  }
})
