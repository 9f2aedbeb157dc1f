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
  microdollarsPerSecond: 0,
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
    const open = await ledger.read.selectFrom('attempts').select('id').where('closed_at', 'is', null).execute()
    assert.deepEqual(
      open.map(row => row.id),
      ['live'],
    )
    assert.deepEqual(await deliveries(), ['d1 batched b1'])
  })
})
