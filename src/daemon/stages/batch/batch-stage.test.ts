import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { anArchiveRun } from '../../../../test/fakes/archive-world.ts'
import { aRecipe } from '../../../../test/histories/a-recipe.ts'
import { readSetOrder } from '../../../core/effective-settings.ts'
import { recipeIdentity, type Keep } from '../../../core/recipe.ts'
import { openAttempt } from '../../ledger/attempts.ts'
import { changeTaxon } from '../../ledger/change-taxon.ts'
import type { Cause } from '../../ledger/move-state.ts'
import { acknowledgeReceipt } from '../../ledger/receipts.ts'
import { removeTaxonRow } from '../../ledger/requested/remove-taxon.ts'
import { pauseTaxon } from '../../ledger/taxa.ts'
import { markUnjudged } from '../../ledger/verdicts.ts'
import { workLeft } from '../../ledger/work-left.ts'
import { filterStage } from '../filter/filter-stage.ts'
import { pass } from '../pass.ts'
import { batchStage } from './batch-stage.ts'
import type { Action } from './plan.ts'

const run = 'ERR900001'
let rig: ArchiveRig
beforeEach(async () => void (rig = await openArchiveRig()))
afterEach(() => rig.close())

function cause(): Cause {
  return { at: rig.now(), why: 'a test', byWhom: 'person' }
}

function putFlexneri(count: number): void {
  for (const runAccession of Array.from({ length: count }, (_, place) => `ERR${950_001 + place}`))
    rig.source.put(anArchiveRun({ runAccession, taxId: 623, scientificName: 'Shigella flexneri' }))
}

/** A pass of `batch` that fails nowhere, and one of `filter` after it. */
async function batch(): Promise<void> {
  assert.deepEqual((await pass(batchStage, rig.deps)).failures, [])
  await filter()
}

async function filter(): Promise<void> {
  for (let round = 0; round < 5; round += 1) if ((await pass(filterStage, rig.deps)).planned === 0) return
  assert.fail('the filter stage does not come to rest')
}

async function planned(): Promise<Action[]> {
  return batchStage.plan(await batchStage.look(rig.deps), rig.deps.policy, rig.now())
}

async function set(taxId: number, settings: Record<string, string>): Promise<void> {
  await rig.ledger.write(tx => changeTaxon(tx, taxId, readSetOrder(settings), cause()))
}

/** A worker begins the one queued batch. */
async function begin(): Promise<void> {
  const { id } = await rig.ledger.read.selectFrom('batches').select('id').where('state', '=', 'queued').executeTakeFirstOrThrow()
  const [delivery] = await rig.deliveries(run)
  const attempt = { id: 'a1', number: 1, workerName: 'mf-a1', provider: 'x', tokenHash: 'x', deadlineAt: rig.now() }
  const work = {
    hostKey: undefined,
    recipeIdentity: delivery?.recipe_identity ?? '',
    runs: [{ runAccession: run, deliveryId: delivery?.id ?? '' }],
  }
  assert.ok(await rig.ledger.write(tx => openAttempt(tx, id, { ...attempt, ...work }, cause())))
}

async function bringHome(): Promise<void> {
  const { id } = await rig.ledger.read
    .selectFrom('deliveries')
    .select('id')
    .where('state', '=', 'batched')
    .executeTakeFirstOrThrow()
  const receipt = { id: `r-${id}`, deliveryId: id, attemptId: null, runAccession: run, collector: 'c', relativePath: 'p' }
  await rig.ledger.write(tx => acknowledgeReceipt(tx, { ...receipt, manifest: [], versions: {} }, cause()))
}

/** Each delivery of the run with what was, or is to be, kept of it. */
async function kept(): Promise<string[]> {
  const { recipe, projectCommit } = aRecipe('assemble')
  const keeps = (['reads', 'assembly', 'both'] satisfies Keep[]).map(keep => [recipeIdentity(recipe, keep, projectCommit), keep])
  const named = new Map(keeps as [string, string][])
  return (await rig.deliveries(run)).map(one => `${one.state} ${named.get(one.recipe_identity ?? '') ?? '-'}`)
}

async function batches(): Promise<{ state: string; keep: string; charged_tax_id: number }[]> {
  const rows = await rig.ledger.read
    .selectFrom('batches')
    .select(['state', 'keep', 'charged_tax_id'])
    .orderBy('created_at')
    .execute()
  return rows.map(row => ({ ...row }))
}

describe('a taxon at its cap', () => {
  const many = 5001

  test('keeps no other from being seen, however many runs it wants, and gets what it has room for', async () => {
    rig.put(...runNames(many))
    await rig.add(624, { settings: { open_runs: '10' }, priority: 5 })
    await rig.round()
    putFlexneri(3)
    await rig.add(623)
    await rig.round()
    const takes = (await planned()).flatMap(action =>
      action.kind === 'take' ? [[action.chargedTaxId, action.deliveries.length]] : [],
    )
    assert.deepEqual(takes, [
      [624, 10],
      [623, 3],
    ])
  })

  test('hands what it has no room for to another that accepts it', async () => {
    rig.put(...runNames(12))
    await rig.add(620, { settings: { open_runs: '2' }, priority: 5 })
    await rig.add(624)
    await rig.round()
    const takes = (await planned()).flatMap(action =>
      action.kind === 'take' ? [[action.chargedTaxId, action.deliveries.length]] : [],
    )
    assert.deepEqual(takes, [
      [620, 2],
      [624, 10],
    ])
  })

  test('and one that is held back does so too, and what nobody else accepts waits', async () => {
    rig.put(...runNames(2))
    putFlexneri(2)
    await rig.add(620, { priority: 5 })
    await rig.add(624)
    await rig.round()
    await rig.ledger.write(tx => pauseTaxon(tx, 620, true, cause()))
    await batch()
    assert.deepEqual(await batches(), [{ state: 'queued', keep: 'both', charged_tax_id: 624 }])
    assert.equal((await rig.deliveries('ERR950001'))[0]?.state, 'wanted')
  })
})

describe('what is kept', () => {
  beforeEach(() => rig.put(run))

  test('is all that taxa ask for which share the run, those that are paused too', async () => {
    await rig.add(620, { settings: { keep: 'both' } })
    await rig.add(624, { settings: { keep: 'reads' } })
    await rig.round()
    await rig.ledger.write(tx => pauseTaxon(tx, 620, true, cause()))
    await batch()
    assert.deepEqual(await batches(), [{ state: 'queued', keep: 'both', charged_tax_id: 624 }])
  })

  test('is changed for what waits in a queued batch: it is packed anew', async () => {
    await rig.add(624, { settings: { keep: 'reads' } })
    await rig.round()
    await batch()
    assert.deepEqual(await kept(), ['batched reads'])
    await set(624, { keep: 'both' })
    await filter()
    for (let passes = 0; passes < 3; passes += 1) await batch()
    assert.deepEqual(await kept(), ['batched both'])
    assert.deepEqual(
      (await batches()).map(({ state, keep }) => [state, keep]),
      [
        ['settled', 'reads'],
        ['queued', 'both'],
      ],
    )
  })

  for (const when of ['before it comes home', 'and it comes home before that is seen'] as const) {
    test(`is changed while a worker is at it, ${when}: what comes home does not satisfy, and it is owed anew`, async () => {
      await rig.add(624, { settings: { keep: 'reads' } })
      await rig.round()
      await batch()
      await begin()
      await set(624, { keep: 'both' })
      if (when === 'before it comes home') await filter()
      await bringHome()
      await filter()
      assert.deepEqual(await kept(), ['delivered reads', 'wanted -'])
      await batch()
      assert.deepEqual(await kept(), ['delivered reads', 'batched both'])
    })
  }

  test('is changed after it came home: only a person has it made again', async () => {
    await rig.add(624, { settings: { keep: 'reads' } })
    await rig.round()
    await batch()
    await begin()
    await bringHome()
    await set(624, { keep: 'both' })
    await filter()
    assert.deepEqual(await kept(), ['delivered reads'])
  })
})

describe('between the look and the batch', () => {
  beforeEach(async () => {
    rig.put(...runNames(3))
    await rig.add(624)
    await rig.round()
  })

  async function applyAfter(change: () => Promise<unknown>): Promise<string[]> {
    const actions = await planned()
    assert.equal(actions.length, 1)
    await change()
    for (const action of actions) await batchStage.apply(action, rig.deps)
    await filter()
    const rows = await rig.ledger.read.selectFrom('deliveries').select(['state', 'reason']).execute()
    return [...new Set(rows.map(row => `${row.state} ${row.reason ?? ''}`.trim()))]
  }

  test('a taxon that is removed has nothing taken, and what was said of it holds', async () => {
    const states = await applyAfter(async () => {
      assert.equal((await removeTaxonRow(rig.ledger, 624, true, cause())).dropped, 3)
    })
    assert.deepEqual(states, ['dropped TAXON_REMOVED'])
    assert.deepEqual(await batches(), [])
  })

  test('a taxon that is paused has nothing taken', async () => {
    assert.deepEqual(await applyAfter(() => rig.ledger.write(tx => pauseTaxon(tx, 624, true, cause()))), ['wanted'])
  })
})

test('what no taxon accepts any more is not begun: it leaves its queued batch, which is settled', async () => {
  rig.put(run)
  await rig.add(624)
  await rig.round()
  await batch()
  await set(624, { 'filters.min_depth': '100000' })
  await filter()
  assert.deepEqual(await kept(), ['batched both'])
  await batch()
  const [delivery] = await rig.deliveries(run)
  assert.deepEqual([delivery?.state, delivery?.reason], ['dropped', 'RUN_EXCLUDED'])
  await batch()
  assert.equal((await batches())[0]?.state, 'settled')
})

test('what a worker has begun goes on, though no taxon accepts it any more', async () => {
  rig.put(run)
  await rig.add(624)
  await rig.round()
  await batch()
  await begin()
  await set(624, { 'filters.min_depth': '100000' })
  await filter()
  await batch()
  assert.deepEqual(await kept(), ['batched both'])
})

test('a judging that is not done yet takes nothing out of a queued batch', async () => {
  rig.put(run)
  await rig.add(624)
  await rig.round()
  await batch()
  await rig.ledger.write(tx => markUnjudged(tx, run))
  assert.equal((await pass(batchStage, rig.deps)).planned, 0)
})

test('a taxon whose recipe is gone from the settings asks for a person once, and goes on when the recipe is back', async () => {
  rig.put(run)
  const lost = { recipes: new Map(rig.deps.recipes) }
  lost.recipes.set('mine', aRecipe('mine'))
  const withMine = { ...rig.deps, ...lost }
  await rig.add(624, { settings: { recipe: 'mine' } })
  await rig.round()
  await pass(batchStage, withMine)
  assert.equal((await batches())[0]?.state, 'queued')
  for (let passes = 0; passes < 4; passes += 1) await batch()
  assert.deepEqual(await rig.attention(), ['taxon 624 recipe-missing'])
  assert.deepEqual(
    (await rig.deliveries(run)).map(one => one.state),
    ['wanted'],
  )
  const left = await workLeft(rig.ledger.read, rig.now(), { ...defaultPolicy, obstructed: false, roomOf: () => Infinity })
  assert.deepEqual([left.wanted, left.batches, left.unjudged], [0, 0, 0], 'nothing is left that microfetch can do by itself')
  await pass(batchStage, withMine)
  await pass(batchStage, withMine)
  assert.deepEqual(await rig.attention(), [])
  assert.deepEqual(
    (await rig.deliveries(run)).map(one => one.state),
    ['batched'],
  )
})
