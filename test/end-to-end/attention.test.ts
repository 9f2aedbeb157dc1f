import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { listAttention, resolveAttention } from '../../src/api/attention.ts'
import { listBatches } from '../../src/api/batches.ts'
import { retryRuns } from '../../src/api/runs.ts'
import { setTaxon } from '../../src/api/taxa.ts'
import { listWorkers } from '../../src/api/workers.ts'
import { installationFor, type InstallationUnderTest } from './installation-under-test.ts'
import { day, startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import {
  cellsOf,
  deliveriesAtHome,
  deliveriesOf,
  linkedDelivery,
  needs,
  runsAt,
  statesOfRuns,
  taxonIn,
  workBegun,
} from './what-stands.ts'

let world: RehearsedWorld
before(async () => {
  world = await startWorld({ taxa: [{ id: 620, name: 'Shigella', rank: 'genus' }] })
})
after(() => world.stop())

let taxa = 0
/** A species that no other test has, with so many runs. */
async function aTaxon(runs: number): Promise<{ taxId: number; runs: string[] }> {
  taxa += 1
  const taxId = 6200 + taxa
  await world.archive.control.addTaxon({ id: taxId, parent: 620, name: `Shigella species ${taxa}` })
  return { taxId, runs: runs === 0 ? [] : await world.addRuns(taxId, runs) }
}

type How = 'retry' | 'skip' | 'dismiss'
const resolve = (at: InstallationUnderTest, taxId: number, how: How, runs: string[] = []) =>
  at.client.ask(resolveAttention, { body: { subject: { kind: 'taxon', taxId }, how, runs, dryRun: false } })

/** What a person made by mistake where the library wants to lay the results of a run; a try to store them can only fail. */
function obstacleFor(at: InstallationUnderTest, run: string): string {
  const path = join(at.library, 'runs', run.slice(0, 6), run)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'not a folder')
  return path
}

test('a taxon in need of attention is left alone until a person resolves it, while others go on', async t => {
  const at = await installationFor(t, world, { policy: { max_check_failures: 2 } })
  const { control } = world.archive
  const { taxId, runs } = await aTaxon(4)
  const other = await aTaxon(0)
  await at.add([taxId, other.taxId])
  await at.settle()
  const fault = await control.arm('search-short-answer', { match: { query: `tax_tree(${taxId})` }, times: 0, share: 0.3 })
  for (let times = 0; times < 2; times += 1) {
    await world.pass(day)
    await at.settle()
  }
  assert.deepEqual(await needs(at), [`taxon ${taxId} check-failing`])
  const [said] = (await at.client.ask(listAttention, {})).rows.map(({ evidence, tried }) => `${evidence}; ${tried}`)
  assert.match(String(said), /cut short: 1 runs, though the archive counts 4; 2 checks in a row/)
  assert.deepEqual(cellsOf(at, taxId, 'last_run_status', 'needs_attention'), ['error', 'check-failing'])

  await control.disarm(fault)
  const fresh = await world.addRuns(taxId, 1)
  const others = await world.addRuns(other.taxId, 1)
  const before = await taxonIn(at, taxId)
  for (let times = 0; times < 3; times += 1) {
    await world.pass(day)
    await at.settle()
  }
  assert.deepEqual(await taxonIn(at, taxId), before)
  assert.deepEqual(await runsAt(at, taxId, 'delivered'), runs)
  assert.deepEqual(await runsAt(at, other.taxId, 'delivered'), others)

  await resolve(at, taxId, 'retry')
  await at.settle()
  assert.deepEqual(await needs(at), [])
  assert.deepEqual(await runsAt(at, taxId, 'delivered'), [...runs, ...fresh].sort())
  assert.deepEqual(cellsOf(at, taxId, 'last_run_status'), ['complete'])
})

test('dismissed, nothing else changes: the next check comes when its time has come', async t => {
  const at = await installationFor(t, world, { policy: { max_check_failures: 1 } })
  const { taxId, runs } = await aTaxon(2)
  await at.add([taxId])
  await at.settle()
  await world.archive.control.arm('search-short-answer', { match: { query: `tax_tree(${taxId})` }, share: 0 })
  await world.pass(day)
  await at.settle()
  assert.deepEqual(await needs(at), [`taxon ${taxId} check-failing`])
  const fresh = await world.addRuns(taxId, 1)
  const done = await resolve(at, taxId, 'dismiss')
  assert.deepEqual([done.resolved.length, done.retried, done.skipped], [1, 0, []])
  await at.settle()
  assert.deepEqual([await needs(at), await runsAt(at, taxId, 'delivered')], [[], runs])
  await world.pass(day)
  await at.settle()
  assert.deepEqual(await runsAt(at, taxId, 'delivered'), [...runs, ...fresh].sort())
})

/** One of two runs cannot be stored, until a person is asked. */
async function withAnObstacle(at: InstallationUnderTest): Promise<{ taxId: number; stuck: string; fine: string; path: string }> {
  const { taxId, runs } = await aTaxon(2)
  const [stuck = '', fine = ''] = runs
  const path = obstacleFor(at, stuck)
  await at.add([taxId])
  await at.workUntil('a person is asked', async () => {
    await world.pass(60)
    return (await needs(at)).length > 0 && (await statesOfRuns(at, taxId))[fine] === 'delivered'
  })
  assert.deepEqual(await needs(at), [`taxon ${taxId} collect-failed`])
  return { taxId, stuck, fine, path }
}

test('results that cannot be stored keep their machine; repaired and retried, they come home from it', async t => {
  const at = await installationFor(t, world)
  const { taxId, stuck, path } = await withAnObstacle(at)
  await at.settle()
  assert.equal((await at.client.ask(listWorkers, {})).rows.length, 1, 'what is not at home is not destroyed')
  assert.equal((await statesOfRuns(at, taxId))[stuck], 'batched')
  const work = await workBegun(at)

  rmSync(path)
  await resolve(at, taxId, 'retry')
  await at.settle()
  assert.equal((await statesOfRuns(at, taxId))[stuck], 'delivered')
  assert.deepEqual([linkedDelivery(at, taxId, stuck)], deliveriesAtHome(at, stuck))
  assert.deepEqual(await workBegun(at), work)
  assert.deepEqual([await needs(at), (await at.client.ask(listWorkers, {})).rows], [[], []])
})

test('results that no taxon asks for any more are brought home all the same, and asked about where they cannot be', async t => {
  const at = await installationFor(t, world)
  const { taxId, runs } = await aTaxon(1)
  const [run = ''] = runs
  at.hold(run)
  await at.add([taxId])
  await at.workUntil('it is worked on', async () => (await at.client.ask(listWorkers, {})).rows[0]?.state === 'working')
  const path = obstacleFor(at, run)
  const settings = { 'filters.min_depth': '1000000' }
  await at.client.ask(setTaxon, { params: { taxId }, body: { settings, dryRun: false } })
  at.letGo(run)
  await at.workUntil('a person is asked', async () => {
    await world.pass(60)
    return (await needs(at)).length > 0
  })
  assert.deepEqual(await needs(at), [`taxon ${taxId} collect-failed`])
  rmSync(path)
  await resolve(at, taxId, 'retry')
  await at.settle()
  assert.deepEqual([await deliveriesOf(at, run), await statesOfRuns(at, taxId)], [['delivered'], { [run]: 'excluded' }])
  assert.equal(deliveriesAtHome(at, run).length, 1)
})

test('a run that a person skips lets its machine go, and stays skipped when its files change', async t => {
  const at = await installationFor(t, world)
  const { taxId, stuck, path } = await withAnObstacle(at)
  const { skipped, lostRuns } = await resolve(at, taxId, 'skip', [stuck])
  assert.deepEqual([skipped, lostRuns], [[stuck], [stuck]])
  await at.settle()
  assert.deepEqual([await needs(at), (await at.client.ask(listWorkers, {})).rows], [[], []])
  assert.equal((await statesOfRuns(at, taxId))[stuck], 'skipped')
  assert.deepEqual(await deliveriesOf(at, stuck), ['dropped USER_SKIP'])

  rmSync(path)
  const work = await workBegun(at)
  await world.archive.control.changeFiles(stuck)
  await world.pass(day)
  await at.settle()
  assert.deepEqual([(await statesOfRuns(at, taxId))[stuck], await workBegun(at)], ['skipped', work])
})

test('a run that fails each time is failed and warned of; retried once it is healed, it is delivered', async t => {
  const at = await installationFor(t, world)
  const { taxId, runs } = await aTaxon(1)
  const [run = ''] = runs
  at.spoil(run)
  await at.add([taxId])
  await at.settle()
  assert.deepEqual(await deliveriesOf(at, run), ['failed PIPE_FAIL'])
  const cells = cellsOf(at, taxId, 'last_run_status', 'generated_warning', 'needs_attention')
  assert.deepEqual(cells, ['warning', '1 run failed', ''])
  assert.equal((await taxonIn(at, taxId))?.status, 'warning', 'people and programs hear the same word')

  at.heal(run)
  const body = { runs: [run], taxId: null, which: 'failed' as const, dryRun: false }
  assert.equal((await at.client.ask(retryRuns, { body })).retried, 1)
  await at.settle()
  assert.equal((await statesOfRuns(at, taxId))[run], 'delivered')
  assert.deepEqual(cellsOf(at, taxId, 'last_run_status'), ['complete'])
})

test('a full library stops collection and creates, under attention, and all goes on when there is space', async t => {
  const spacious = { policy: { max_workers: 1 } }
  const at = await installationFor(t, world, spacious)
  const { taxId, runs } = await aTaxon(2)
  for (const run of runs) at.hold(run)
  await at.add([taxId], { settings: { batch_runs: '1' } })
  await at.workUntil('a worker works', async () => (await at.client.ask(listWorkers, {})).rows[0]?.state === 'working')
  await at.stop()
  await at.open({ policy: { library_reserve_bytes: 1e15, max_workers: 1 } })
  for (const run of runs) at.letGo(run)
  await at.workUntil('its batch is finished', async () => {
    const { rows } = await at.client.ask(listBatches, { query: { state: 'open' } })
    return rows.some(row => row.state === 'finished')
  })
  for (let times = 0; times < 3; times += 1) await at.daemon.heartbeatOnce()
  assert.deepEqual(await needs(at), ['installation installation library-full'])
  assert.deepEqual([runs.flatMap(run => deliveriesAtHome(at, run)), (await at.client.ask(listWorkers, {})).rows.length], [[], 1])
  assert.deepEqual(await workBegun(at), { batches: 2, attempts: 1, workers: 1 })

  await at.stop()
  await at.open(spacious)
  await at.settle()
  assert.deepEqual(await needs(at), [])
  assert.deepEqual(await runsAt(at, taxId, 'delivered'), runs)
})

test('a library that is full from the start is told of before any worker is made, and the daemon comes to rest', async t => {
  const at = await installationFor(t, world, { policy: { library_reserve_bytes: 1e15 } })
  const { taxId, runs } = await aTaxon(1)
  await at.add([taxId])
  await at.settle()
  assert.deepEqual(await needs(at), ['installation installation library-full'])
  assert.deepEqual(await workBegun(at), { batches: 1, attempts: 0, workers: 0 })
  await at.stop()
  await at.open()
  await at.settle()
  assert.deepEqual([await needs(at), await runsAt(at, taxId, 'delivered')], [[], runs])
})
