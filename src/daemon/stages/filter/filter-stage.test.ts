import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { anArchiveRun, pairOf } from '../../../../test/fakes/archive-world.ts'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { readSetOrder } from '../../../core/effective-settings.ts'
import { readHoldings } from '../../../core/read-holdings.ts'
import { takeBatch } from '../../ledger/batches.ts'
import { changeTaxon } from '../../ledger/change-taxon.ts'
import { importHoldings } from '../../ledger/holdings.ts'
import { moveDelivery } from '../../ledger/move-state.ts'
import { removeTaxonRow } from '../../ledger/requested/remove-taxon.ts'
import { pauseTaxon, removeTaxon, taxonRow } from '../../ledger/taxa.ts'
import { markUnjudged, setSkip } from '../../ledger/verdicts.ts'
import { pass } from '../pass.ts'
import { filterStage } from './filter-stage.ts'

let rig: ArchiveRig
const cause = () => ({ at: rig.now(), why: 'asked for', byWhom: 'person' })
const run = 'ERR900001'

beforeEach(async () => {
  rig = await openArchiveRig()
})
afterEach(() => rig.close())

async function filter(): Promise<void> {
  const report = await pass(filterStage, rig.deps)
  assert.deepEqual(report.failures, [])
}
const set = async (taxId: number, settings: Record<string, string>) => {
  await rig.ledger.write(tx => changeTaxon(tx, taxId, readSetOrder(settings), cause()))
  await filter()
}
const states = async (of = run) =>
  (await rig.deliveries(of)).map(row => `${row.recipe} ${row.state}${row.reason === null ? '' : ` ${row.reason}`}`)
const words = async (taxId = 624) => [...(await rig.verdicts(taxId)).values()].map(row => row.verdict)
/** What a batch would do with the only delivery. */
async function take(): Promise<string> {
  const [delivery] = await rig.deliveries(run)
  const id = delivery?.id ?? ''
  await rig.ledger.write(tx =>
    moveDelivery(tx, id, { seen: 'wanted', event: 'take' }, cause(), { batch_id: 'b1', recipe_identity: 'i1' }),
  )
  return id
}
async function prove(): Promise<string> {
  const id = await take()
  await rig.ledger.write(tx => moveDelivery(tx, id, { seen: 'batched', event: 'prove' }, cause()))
  return id
}

describe('a settled ledger', () => {
  test('plans nothing and writes nothing', async () => {
    rig.put(...runNames(5))
    await rig.add(624)
    await rig.round()
    const report = await pass(filterStage, rig.deps)
    assert.equal(report.planned, 0)
  })

  test('says in the log of the taxon how many were kept', async () => {
    rig.put(...runNames(5))
    rig.source.put(anArchiveRun({ runAccession: run, libraryStrategy: 'AMPLICON' }))
    await rig.add(624)
    await rig.round()
    await rig.ledger.write(tx => markUnjudged(tx, runNames(5)))
    await filter()
    const events = await rig.ledger.read.selectFrom('events').select(['why', 'tax_id']).where('event', '=', 'judged').execute()
    const lines = events.map(event => `${event.tax_id} ${event.why}`)
    assert.deepEqual(lines, ['624 kept=4 rejected=1'], 'what comes out as it was is not told again')
  })
})

describe('settings that change', () => {
  test('judge stored runs anew without asking the archive, and what is owed follows', async () => {
    rig.put(run)
    rig.source.put(anArchiveRun({ runAccession: 'ERR900002', libraryStrategy: 'WGA' }))
    await rig.add(624)
    await rig.round()
    assert.deepEqual(await words(), ['accepted', 'rejected'])
    const asked = { ...rig.source.asked }
    await set(624, { 'filters.strategy': 'WGA' })
    assert.deepEqual(
      [await words(), await states(), await states('ERR900002')],
      [['rejected', 'accepted'], ['assemble dropped RUN_EXCLUDED'], ['assemble wanted']],
    )
    await set(624, { 'filters.strategy': '' })
    assert.deepEqual([await words(), await states()], [['accepted', 'rejected'], ['assemble wanted']])
    assert.deepEqual(rig.source.asked, asked)
  })

  test('that do not touch any verdict leave the verdicts as they stand', async () => {
    rig.put(run)
    await rig.add(624)
    await rig.round()
    const before = await rig.verdicts()
    await set(624, { batch_runs: '7', priority: '3' })
    assert.deepEqual(await rig.verdicts(), before)
  })

  test('of the recipe hold for what is not delivered yet', async () => {
    rig.put(run, 'ERR900002')
    await rig.add(624)
    await rig.round()
    await prove()
    await set(624, { recipe: 'fetch' })
    assert.deepEqual(
      [await states(), await states('ERR900002')],
      [['assemble delivered'], ['assemble dropped RECIPE_CHANGED', 'fetch wanted']],
    )
  })

  test('are gone through to the end over as many passes as it takes', async () => {
    rig.put(...runNames(1200))
    await rig.add(624)
    await rig.round()
    await rig.ledger.write(tx => changeTaxon(tx, 624, readSetOrder({ 'filters.min_depth': '100' }), cause()))
    const seen = await filterStage.look(rig.deps)
    const [walk] = filterStage.plan(seen, rig.deps.policy, rig.now())
    assert.ok(walk?.kind === 'walk')
    await filterStage.apply({ ...walk, pages: 1 }, rig.deps)
    const count = async () => (await words()).filter(word => word === 'rejected').length
    const afterOne = await count()
    assert.ok(afterOne > 0 && afterOne < 1200)
    assert.equal((await taxonRow(rig.ledger.read, 624))?.walked_to, runNames(1200)[afterOne - 1])
    await filter()
    assert.equal(await count(), 1200)
    assert.equal((await pass(filterStage, rig.deps)).planned, 0)
  })

  test('and are taken back while they are gone through leave nothing behind', async () => {
    rig.put(...runNames(1200))
    await rig.add(624)
    await rig.round()
    const before = await words()
    await rig.ledger.write(tx => changeTaxon(tx, 624, readSetOrder({ 'filters.min_depth': '100' }), cause()))
    const [walk] = filterStage.plan(await filterStage.look(rig.deps), rig.deps.policy, rig.now())
    assert.ok(walk?.kind === 'walk')
    await filterStage.apply({ ...walk, pages: 1 }, rig.deps)
    assert.notDeepEqual(await words(), before)
    await rig.ledger.write(tx => changeTaxon(tx, 624, readSetOrder({ 'filters.min_depth': '' }), cause()))
    await filterStage.apply({ ...walk, pages: 1 }, rig.deps)
    await filter()
    assert.deepEqual([await words(), await states(runNames(1)[0])], [before, ['assemble wanted']])
    assert.equal((await pass(filterStage, rig.deps)).planned, 0)
  })

  test('of the scope to the taxon alone exclude the runs of what lies below, at once', async () => {
    rig.put(run)
    await rig.add(620)
    await rig.round()
    await set(620, { scope: 'alone' })
    assert.match((await rig.verdicts(620)).get(run)?.reasons_json ?? '', /META_SUBTREE/)
    assert.deepEqual(await states(), ['assemble dropped RUN_EXCLUDED'])
  })
})

describe('taxa that share a run', () => {
  beforeEach(async () => {
    rig.put(run)
    await rig.add(620, { priority: 1 })
    await rig.add(624)
    await rig.round()
  })

  test('share one delivery, to which both verdicts point', async () => {
    const [delivery, ...others] = await rig.deliveries(run)
    assert.deepEqual([others.length, delivery?.charged_tax_id], [0, 620])
    for (const taxId of [620, 624]) assert.equal((await rig.verdicts(taxId)).get(run)?.delivery_id, delivery?.id)
  })

  test('keep it when one of them is removed, which the other then pays', async () => {
    await rig.ledger.write(tx => removeTaxon(tx, 620, cause()))
    await filter()
    assert.deepEqual([await states(), (await rig.deliveries(run))[0]?.charged_tax_id], [['assemble wanted'], 624])
    await rig.ledger.write(tx => removeTaxon(tx, 624, cause()))
    await filter()
    assert.deepEqual(await states(), ['assemble dropped TAXON_REMOVED'])
    await rig.add(624)
    await filter()
    assert.deepEqual(await states(), ['assemble wanted'], 'a taxon that is added again revives what it had')
  })

  test('are owed what was dropped with them when they are tracked again before anything else happens', async () => {
    await rig.ledger.write(tx => removeTaxon(tx, 620, cause()))
    await filter()
    const [owed] = await rig.deliveries(run)
    const batch = { id: 'b1', recipe: 'assemble', recipeIdentity: 'i1', keep: 'both', chargedTaxId: 624, memoryGb: 8 }
    const deliveries = [{ ...batch, id: owed?.id ?? '', bytes: 1, bases: 1, alone: false }]
    await rig.ledger.write(tx => takeBatch(tx, { ...batch, deliveries }, cause()))
    assert.deepEqual(await states(), ['assemble batched'])
    await removeTaxonRow(rig.ledger, 624, false, cause())
    assert.deepEqual(await states(), ['assemble dropped TAXON_REMOVED'])
    await rig.add(624)
    await filter()
    assert.deepEqual(await states(), ['assemble wanted'])
  })

  test('a paused one judges what is new, and leaves what is owed to the other', async () => {
    await rig.ledger.write(tx => pauseTaxon(tx, 620, true, cause()))
    rig.put('ERR900002')
    await rig.check(624, 'full')
    assert.equal((await rig.deliveries('ERR900002'))[0]?.charged_tax_id, 624)
  })
})

describe('people', () => {
  beforeEach(async () => {
    rig.put(run)
    await rig.add(624)
    await rig.round()
  })

  test('skip a run: what is wanted and what has started are dropped, and it stays so when its files change', async () => {
    await take()
    await rig.ledger.write(tx => setSkip(tx, run, 'contaminated'))
    await filter()
    assert.deepEqual(await states(), ['assemble dropped USER_SKIP'])
    rig.source.put(anArchiveRun({ runAccession: run, readFiles: pairOf(run, 1) }))
    await rig.check(624, 'full')
    assert.deepEqual(await states(), ['assemble dropped USER_SKIP'])
    await rig.ledger.write(tx => setSkip(tx, run, null))
    await filter()
    assert.deepEqual(await states(), ['assemble dropped USER_SKIP', 'assemble wanted'], 'of the files as they are now')
  })

  test('bring runs that they hold already: nothing is owed for them until their files change', async () => {
    const { runs } = readHoldings(`${run}\nERR900002\n`)
    assert.deepEqual(await importHoldings(rig.ledger, runs, rig.deps.newId, cause()), { added: 2, known: 0 })
    assert.deepEqual(await importHoldings(rig.ledger, runs, rig.deps.newId, cause()), { added: 0, known: 2 })
    await filter()
    assert.deepEqual(await states(), ['assemble dropped RUN_HELD', '* held'])
    rig.put('ERR900002')
    await rig.check(624, 'full')
    assert.deepEqual(await states('ERR900002'), ['* held'], 'one that no check had seen is held as it was first seen')
    for (const name of [run, 'ERR900002']) rig.source.put(anArchiveRun({ runAccession: name, readFiles: pairOf(name, 1) }))
    await rig.check(624, 'full')
    assert.deepEqual(
      [await states(), await states('ERR900002')],
      [
        ['assemble dropped RUN_HELD', '* held', 'assemble wanted'],
        ['* held', 'assemble wanted'],
      ],
    )
  })
})

describe('what has started', () => {
  test('is delivered though its run is rejected since, and its files changed; the new ones are owed once it is closed', async () => {
    rig.put(run)
    await rig.add(624)
    await rig.round()
    const id = await take()
    rig.source.put(anArchiveRun({ runAccession: run, readFiles: pairOf(run, 1) }))
    await rig.check(624, 'full')
    assert.deepEqual(await states(), ['assemble batched'])
    await rig.ledger.write(async tx => {
      await moveDelivery(tx, id, { seen: 'batched', event: 'prove' }, cause())
      await markUnjudged(tx, run)
    })
    await filter()
    assert.deepEqual(await states(), ['assemble delivered', 'assemble wanted'])
  })
})
