import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pauseTaxon, setTaxon } from '../../src/api/taxa.ts'
import { resolveAttention } from '../../src/api/attention.ts'
import { installationFor, type InstallationUnderTest } from './installation-under-test.ts'
import { hour, startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import { cellsOf, deliveriesAtHome, linkedDelivery, needs, statesOfRuns, workBegun } from './what-stands.ts'

const genus = 620
const species = 624
const otherSpecies = 623
let world: RehearsedWorld
let sonnei: string[]
let flexneri: string[]

before(async () => {
  world = await startWorld({
    taxa: [
      { id: genus, name: 'Shigella', rank: 'genus' },
      { id: species, parent: genus, name: 'Shigella sonnei' },
      { id: otherSpecies, parent: genus, name: 'Shigella flexneri' },
    ],
  })
  sonnei = await world.addRuns(species, 2)
  flexneri = await world.addRuns(otherSpecies, 2)
})
after(() => world.stop())

const unfulfillable = { 'filters.min_depth': '1000000' }

/** What is owed: `<run> <state> <taxon that pays>`, in the order of the runs. */
async function owed(at: InstallationUnderTest): Promise<string[]> {
  const rows = await at.ledger.selectFrom('deliveries').selectAll().orderBy('run_accession').execute()
  return rows.map(row => `${row.run_accession} ${row.state} ${row.charged_tax_id}`)
}

async function pause(at: InstallationUnderTest, taxId: number, paused: boolean): Promise<void> {
  await at.client.ask(pauseTaxon, { params: { taxId }, body: { paused } })
}

/** Accepts from now on what could never fulfil its filters. */
async function acceptAll(at: InstallationUnderTest): Promise<void> {
  for (const taxId of [genus, species]) {
    const body = { settings: { 'filters.min_depth': '' }, dryRun: false }
    await at.client.ask(setTaxon, { params: { taxId }, body })
  }
}

const all = (runs: string[], rest: string) => runs.map(run => `${run} ${rest}`).sort()

test('a genus and its species share one delivery of each run, linked for both and paid by one', async t => {
  const at = await installationFor(t, world)
  const added = await at.add([genus, species])
  assert.deepEqual(
    added.map(taxon => taxon.outcome),
    ['new', 'new'],
  )
  await at.settle()
  for (const run of [...sonnei, ...flexneri]) {
    const [id, ...more] = deliveriesAtHome(at, run)
    assert.ok(id !== undefined && more.length === 0, `${run} lies once in the library`)
    assert.equal(linkedDelivery(at, genus, run), id)
    assert.equal(linkedDelivery(at, species, run), sonnei.includes(run) ? id : undefined)
  }
  const rows = await at.ledger.selectFrom('deliveries').selectAll().execute()
  assert.equal(rows.length, 4)
  assert.ok(
    rows.every(row => row.charged_tax_id === genus || (row.charged_tax_id === species && sonnei.includes(row.run_accession))),
  )
  for (const taxId of [genus, species]) assert.deepEqual(cellsOf(at, taxId, 'last_run_status'), ['complete'])
})

test('a taxon that comes later gets what is at home already, linked, without any work', async t => {
  const at = await installationFor(t, world)
  await at.add([genus])
  await at.settle()
  const work = await workBegun(at)
  const [added] = await at.add([species])
  assert.deepEqual(added?.overlaps, [{ taxId: genus, scientificName: 'Shigella', how: 'above' }])
  await at.settle()
  assert.deepEqual(await statesOfRuns(at, species), Object.fromEntries(sonnei.map(run => [run, 'delivered'])))
  for (const run of sonnei) assert.deepEqual([linkedDelivery(at, species, run)], deliveriesAtHome(at, run))
  assert.deepEqual(await workBegun(at), work)
})

test('a pause hands what both want to the other taxon, and the rest waits', async t => {
  const at = await installationFor(t, world)
  await at.add([genus, species], { settings: unfulfillable })
  await at.settle()
  for (const taxId of [genus, species]) await pause(at, taxId, true)
  await acceptAll(at)
  await at.settle()
  const everything = [...sonnei, ...flexneri]
  assert.deepEqual(await owed(at), all(everything, `wanted ${genus}`))
  await pause(at, species, false)
  await at.settle()
  assert.deepEqual(await owed(at), [...all(sonnei, `delivered ${species}`), ...all(flexneri, `wanted ${genus}`)].sort())
  await pause(at, genus, false)
  await at.settle()
  assert.deepEqual(await owed(at), [...all(sonnei, `delivered ${species}`), ...all(flexneri, `delivered ${genus}`)].sort())
  for (const run of sonnei) assert.deepEqual([linkedDelivery(at, genus, run)], deliveriesAtHome(at, run))
})

test('attention hands what both want to the other taxon, and the rest waits until a person resolves it', async t => {
  const at = await installationFor(t, world, { policy: { max_check_failures: 2 } })
  await at.add([genus, species], { settings: unfulfillable })
  await at.settle()
  const fault = await world.archive.control.arm('search-short-answer', {
    match: { query: `tax_tree(${genus})` },
    times: 0,
    share: 0.3,
  })
  t.after(() => world.archive.control.disarm(fault))
  await at.workUntil('the genus needs attention', async () => {
    await world.pass(25 * hour)
    return (await needs(at)).length > 0
  })
  assert.deepEqual(await needs(at), [`taxon ${genus} check-failing`])
  await pause(at, species, true)
  await acceptAll(at)
  await at.settle()
  assert.deepEqual(await owed(at), all([...sonnei, ...flexneri], `wanted ${genus}`))
  await pause(at, species, false)
  await at.settle()
  assert.deepEqual(await owed(at), [...all(sonnei, `delivered ${species}`), ...all(flexneri, `wanted ${genus}`)].sort())
  await world.archive.control.disarm(fault)
  const body = { subject: { kind: 'taxon' as const, taxId: genus }, how: 'retry' as const, runs: [], dryRun: false }
  await at.client.ask(resolveAttention, { body })
  await at.settle()
  assert.deepEqual(await owed(at), [...all(sonnei, `delivered ${species}`), ...all(flexneri, `delivered ${genus}`)].sort())
})
