import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { readRunAccession, type RunAccession } from '../../../core/accession.ts'
import type { SetOrder } from '../../../core/effective-settings.ts'
import { changeTaxon } from '../change-taxon.ts'
import type { Ledger } from '../ledger.ts'
import { openLedger } from '../open-ledger.ts'
import { lookAtRemoval, lostBy, removeTaxonRow } from './remove-taxon.ts'
import { lookAtSkipping } from './skip-runs.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
const cause = { at: now, why: 'a test', byWhom: 'ann' }
const run: RunAccession = readRunAccession('ERR000001') ?? assert.fail()
const sonnei = 624
const flexneri = 623

let ledger: Ledger
let rows: ReturnType<typeof addedRows>

/** A worker works on a run at the charge of one taxon, and has handed its results over. */
beforeEach(async () => {
  ledger = await openLedger(':memory:')
  rows = addedRows(ledger, now)
  await rows.taxon(sonnei)
  await rows.batch('b1')
  await rows.attempt('a1', 'b1')
  await rows.worker('a1')
  await rows.run(run)
  await rows.delivery('d1', run, { state: 'batched', batch_id: 'b1' })
  await rows.verdict(sonnei, run, { delivery_id: 'd1' })
  await rows.attemptRun('a1', run, { delivery_id: 'd1', outcome: 'done' })
})
afterEach(() => ledger.close())

async function set(taxId: number, settings: SetOrder['set']): Promise<void> {
  await ledger.write(tx => changeTaxon(tx, taxId, { set: settings, unset: [], priority: undefined, scope: undefined }, cause))
}

/** The filter stage has seen that the taxon asks for another recipe. */
async function pointAtAnother(taxId: number, recipe: string): Promise<void> {
  await rows.delivery(`d-${recipe}`, run, { recipe, charged_tax_id: taxId })
  await ledger.write(async tx => {
    const to = { verdict: 'accepted' as const, delivery_id: `d-${recipe}` }
    await tx.updateTable('verdicts').set(to).where('tax_id', '=', taxId).execute()
  })
}

const lostBySkip = async (taxId: number | null) => (await lookAtSkipping(ledger.read, [run], taxId)).lostRuns
const lostByCancel = async (taxId: number) => lostBy(await lookAtRemoval(ledger.read, taxId)).map(one => one.deliveryId)

test('a skip tells that work is lost after the taxon asked for more than the work keeps', async () => {
  assert.deepEqual(await lostBySkip(sonnei), [run])
  await set(sonnei, { keep: 'both' })
  assert.deepEqual([await lostBySkip(sonnei), await lostBySkip(null)], [[run], [run]])
})

test('a skip tells that work is lost after the taxon asked for another recipe', async () => {
  await set(sonnei, { recipe: 'fetch' })
  await pointAtAnother(sonnei, 'fetch')
  assert.deepEqual([await lostBySkip(sonnei), await lostBySkip(null)], [[run], [run]])
})

test('a skip tells that work is lost which only stands in the way of the same recipe', async () => {
  await rows.taxon(flexneri)
  await rows.delivery('d0', run, { state: 'failed', charged_tax_id: flexneri })
  await rows.verdict(flexneri, run, { delivery_id: 'd0' })
  await ledger.write(async tx => {
    await tx.updateTable('taxa').set({ state: 'removed' }).where('tax_id', '=', sonnei).execute()
  })
  assert.deepEqual(await lostBySkip(flexneri), [run])
})

test('a skip for a taxon that has let go of work which another one waits for loses nothing', async () => {
  await rows.taxon(flexneri)
  await rows.verdict(flexneri, run, { delivery_id: 'd1' })
  await set(sonnei, { recipe: 'fetch' })
  await pointAtAnother(sonnei, 'fetch')
  assert.deepEqual([await lostBySkip(sonnei), await lostBySkip(flexneri)], [[], [run]])
})

test('removing with cancel reaches the work that goes on by the recipe before', async () => {
  await set(sonnei, { recipe: 'fetch' })
  await pointAtAnother(sonnei, 'fetch')
  assert.deepEqual(await lostByCancel(sonnei), ['d1'])
  await removeTaxonRow(ledger, sonnei, true, cause)
  const { state } = await ledger.read.selectFrom('batches').select('state').where('id', '=', 'b1').executeTakeFirstOrThrow()
  const left = await ledger.read.selectFrom('deliveries').select('id').where('state', '=', 'batched').execute()
  assert.deepEqual([state, left], ['cancelled', []])
})

test('and not what another tracked taxon waits for, judged or to be judged anew', async () => {
  await rows.taxon(flexneri)
  await rows.verdict(flexneri, run, { delivery_id: 'd1' })
  await set(sonnei, { recipe: 'fetch' })
  await pointAtAnother(sonnei, 'fetch')
  for (const verdict of ['accepted', 'unjudged'] as const) {
    await ledger.write(async tx => {
      await tx.updateTable('verdicts').set({ verdict }).where('tax_id', '=', flexneri).execute()
    })
    assert.deepEqual(await lostByCancel(sonnei), [])
  }
})
