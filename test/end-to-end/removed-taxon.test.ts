import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listWorkers } from '../../src/api/workers.ts'
import { removeTaxon, setTaxon, showTaxon } from '../../src/api/taxa.ts'
import { installationFor, type InstallationUnderTest } from './installation-under-test.ts'
import { day, startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import { cellsOf, deliveriesAtHome, deliveriesOf, fateOf, linkedDelivery, newestCheck, runsAt, taxonIn } from './what-stands.ts'

const species = 624
const strain = 216599
let world: RehearsedWorld
/** Runs that only the species has, and one that the strain below it wants too. */
let first: string
let second: string
let shared: string

before(async () => {
  world = await startWorld({
    taxa: [
      { id: species, name: 'Shigella sonnei' },
      { id: strain, parent: species, name: 'Shigella sonnei 53G', rank: 'strain' },
    ],
  })
  ;[first = '', second = ''] = await world.addRuns(species, 2)
  ;[shared = ''] = await world.addRuns(strain, 1)
})
after(() => world.stop())

/** One worker that is held up at the first run; the other two wait for a worker, each in a batch of its own. */
async function withWorkInFlight(at: InstallationUnderTest): Promise<void> {
  at.hold(first)
  await at.add([species], { settings: { batch_runs: '1', priority: '3' } })
  await at.workUntil('the first run is worked on', async () => (await startedRuns(at)).includes(first))
  await at.add([strain])
  await at.workUntil('the strain was checked', async () => (await runsAt(at, strain, 'batched')).length === 1)
}

async function startedRuns(at: InstallationUnderTest): Promise<string[]> {
  const rows = await at.ledger
    .selectFrom('deliveries as d')
    .innerJoin('batches as b', 'b.id', 'd.batch_id')
    .select('d.run_accession')
    .where('b.state', '=', 'started')
    .execute()
  return rows.map(row => row.run_accession)
}

const remove = (at: InstallationUnderTest, body: { cancel: boolean; dryRun: boolean }) =>
  at.client.ask(removeTaxon, { params: { taxId: species }, body })

test('of a removed taxon what has started is delivered, what has not is dropped, and what another taxon wants goes on', async t => {
  const at = await installationFor(t, world, { policy: { max_workers: 1 } })
  await withWorkInFlight(at)
  const told = await remove(at, { cancel: false, dryRun: false })
  assert.deepEqual([told.dropped, told.shared, told.batched, told.lostRuns], [1, 1, 1, []])
  const [unseen = ''] = await world.addRuns(species, 1)
  assert.deepEqual(await deliveriesOf(at, second), ['dropped TAXON_REMOVED'])
  at.letGo(first)
  await world.pass(day)
  await at.settle()

  assert.deepEqual(await deliveriesOf(at, first), ['delivered'])
  assert.deepEqual([linkedDelivery(at, species, first)], deliveriesAtHome(at, first))
  assert.deepEqual([await deliveriesOf(at, second), deliveriesAtHome(at, second)], [['dropped TAXON_REMOVED'], []])
  assert.deepEqual(await runsAt(at, strain, 'delivered'), [shared])
  assert.deepEqual([linkedDelivery(at, strain, shared)], deliveriesAtHome(at, shared))
  await assert.rejects(fateOf(at, unseen), { code: 'not-found' })
  assert.equal((await taxonIn(at, species))?.state, 'removed')
  assert.equal(cellsOf(at, species), undefined)
})

test('removing with --cancel says first what is lost, and then ends machine and work at once', async t => {
  const at = await installationFor(t, world, { policy: { max_workers: 1 } })
  await withWorkInFlight(at)
  const would = await remove(at, { cancel: true, dryRun: true })
  assert.deepEqual([would.lostRuns, would.shared], [[first], 1])
  assert.equal((await taxonIn(at, species))?.state, 'tracked')
  assert.deepEqual(await startedRuns(at), [first])

  await remove(at, { cancel: true, dryRun: false })
  await at.settle()
  assert.deepEqual((await at.client.ask(listWorkers, {})).rows, [])
  assert.deepEqual([await deliveriesOf(at, first), deliveriesAtHome(at, first)], [['dropped TAXON_REMOVED'], []])
  assert.deepEqual(await runsAt(at, strain, 'delivered'), [shared])
})

test('a taxon that is added again revives with its settings and its last check, and owes only what is not at home', async t => {
  const at = await installationFor(t, world)
  const tracked = await world.addRuns(species, 1)
  await at.add([species], { settings: { priority: '3' } })
  await at.client.ask(setTaxon, { params: { taxId: species }, body: { settings: { batch_runs: '7' }, dryRun: false } })
  await at.settle()
  const before = await taxonIn(at, species)
  const atHome = await runsAt(at, species, 'delivered')
  assert.ok(tracked.every(run => atHome.includes(run)))
  await remove(at, { cancel: false, dryRun: false })
  await at.settle()
  const [fresh = ''] = await world.addRuns(species, 1)
  await world.pass(3 * day)

  const [added] = await at.add([species], { reach: null })
  assert.deepEqual([added?.outcome, added?.reach], ['revived', 'as before'])
  const revived = await at.client.ask(showTaxon, { params: { taxId: species } })
  assert.deepEqual([revived.lastChecked, revived.priority, revived.state], [before?.lastChecked, 3, 'tracked'])
  const batchRuns = revived.settings.find(setting => setting.key === 'batch_runs')
  assert.deepEqual([batchRuns?.value, batchRuns?.from], ['7', 'taxon'])
  await at.settle()
  assert.equal((await newestCheck(at, species))?.kind, 'full')
  assert.deepEqual(await runsAt(at, species, 'delivered'), [...atHome, fresh].sort())
  for (const run of [...atHome, fresh]) assert.equal(deliveriesAtHome(at, run).length, 1, run)
})
