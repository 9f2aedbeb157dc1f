import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { addedRows } from '../../../test/integration/door-rows.ts'
import { adoptReceipt, type StoredReceipt } from './adopt-receipt.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './open-ledger.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
const run = 'ERR000001'
const cause = { at: now, why: 'its receipt lies in the library', byWhom: 'sweep' }
let ledger: Ledger
let rows: ReturnType<typeof addedRows>

beforeEach(async () => {
  ledger = await openLedger(':memory:')
  rows = addedRows(ledger, now)
  await rows.taxon(624)
})
afterEach(() => ledger.close())

async function adopt(over: { deliveryId?: string; revision?: string } = {}): Promise<void> {
  const { deliveryId = 'd1', revision = `rev-${run}` } = over
  const relativePath = `runs/ERR000/${run}/${deliveryId}`
  const receipt = { id: `r-${deliveryId}`, deliveryId, attemptId: null, runAccession: run, collector: 'rsync', relativePath }
  const stored: StoredReceipt = {
    receipt: { ...receipt, manifest: [{ path: 'contigs.fa', bytes: 7, sha256: 'a'.repeat(64) }], versions: {} },
    revision,
    recipe: 'assemble',
    recipeIdentity: 'identity',
  }
  await ledger.write(tx => adoptReceipt(tx, stored, cause))
}

/** `<id> <state>` of every delivery. */
async function deliveries(): Promise<string[]> {
  const found = await ledger.read.selectFrom('deliveries').selectAll().orderBy('id').execute()
  return found.map(row => `${row.id} ${row.state}`)
}

suite('a receipt that is reported again to a restored ledger', () => {
  for (const state of ['wanted', 'batched', 'failed', 'dropped'] as const) {
    test(`makes a delivery that the ledger has as ${state} delivered, by the recipe that made it; its run is judged anew`, async () => {
      await rows.run(run)
      await rows.delivery('d1', run, { state, reason: state === 'failed' ? 'PIPE_FAIL' : null })
      await rows.verdict(624, run, { delivery_id: 'd1' })
      await adopt()
      await adopt()
      const stored = await ledger.read.selectFrom('deliveries').selectAll().executeTakeFirstOrThrow()
      assert.deepEqual([stored.state, stored.recipe_identity, stored.reason], ['delivered', 'identity', null])
      const verdict = await ledger.read.selectFrom('verdicts').select('verdict').executeTakeFirstOrThrow()
      assert.equal(verdict.verdict, 'unjudged')
    })
  }

  test('of a run that the ledger has never seen is written down with the run, so that its first check owes nothing', async () => {
    await adopt()
    await adopt()
    assert.deepEqual(await deliveries(), ['d1 delivered'])
    const stored = await ledger.read.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([stored.run_accession, stored.revision, stored.row_hash], [run, `rev-${run}`, ''])
  })

  test('of one that is owed under another id proves that one', async () => {
    await rows.run(run)
    await rows.delivery('other', run)
    await adopt()
    assert.deepEqual(await deliveries(), ['other delivered'])
  })

  test('of other files stands beside what is owed for those of now', async () => {
    await rows.run(run)
    await rows.delivery('other', run)
    await adopt({ revision: 'of-older-files' })
    assert.deepEqual(await deliveries(), ['d1 delivered', 'other wanted'])
  })

  test('of one that had failed proves what a person made owed instead', async () => {
    await rows.run(run)
    await rows.delivery('d1', run, { state: 'failed' })
    await rows.delivery('other', run)
    await adopt()
    assert.deepEqual(await deliveries(), ['d1 failed', 'other delivered'])
  })

  test('is surplus when the same files are at home by the same recipe', async () => {
    await rows.run(run)
    await rows.delivery('other', run, { state: 'delivered' })
    await adopt()
    assert.deepEqual(await deliveries(), ['other delivered'])
  })
})
