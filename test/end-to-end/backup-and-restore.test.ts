import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { wireVersion } from '../../src/api/assignment.ts'
import { resolveAttention, listAttention } from '../../src/api/attention.ts'
import { callbackPaths } from '../../src/api/callbacks.ts'
import { showStatus } from '../../src/api/status.ts'
import { checkTaxon, pauseTaxon, setTaxon } from '../../src/api/taxa.ts'
import { listWorkers } from '../../src/api/workers.ts'
import { makeBackup } from '../../src/daemon/backup/backup.ts'
import { restoreBackup } from '../../src/daemon/backup/restore.ts'
import { InstallationUnderTest } from './installation-under-test.ts'
import { startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import { deliveriesAtHome, fateOf, needs, newestCheck, runsAt, workBegun } from './what-stands.ts'

const taxId = 624
const graceSeconds = 60
let world: RehearsedWorld
let at: InstallationUnderTest
/** Known and owed when the backup was made; the last of them is worked on when it is restored. */
let known: string[]
let held: string
/** Found and delivered after the backup. */
let found: string
/** Found after the backup and worked on by a machine of which nothing tells what it is. */
let lost: string
let live: Machine
let stray: Machine

interface Machine {
  folder: string
  machineId: string
  token: string
}

before(async () => {
  world = await startWorld({ taxa: [{ id: taxId, name: 'Shigella sonnei' }] })
  known = await world.addRuns(taxId, 4)
  held = known.at(-1) ?? ''
  at = new InstallationUnderTest(world)
  const listen = `127.0.0.1:${await freePort()}`
  await at.open({ listen, policy: { max_workers: 3 } })
  const backup = await backUpBeforeAnythingIsBatched()
  await workOn()
  const { home } = at.config
  await at.stop()
  await restoreBackup({ home, source: backup, withSettings: false, now: world.clock(), command: 'microfetch restore' })
  // A long period, so that the clock can be moved past the grace without its being an absence.
  await at.open({ listen, policy: { max_workers: 3, period_seconds: 30, grace_seconds: graceSeconds } })
  await pause(false)
})
after(async () => {
  await at.close()
  await world.stop()
})

/** All four runs are known, judged and owed, and their taxon is paused. */
async function backUpBeforeAnythingIsBatched(): Promise<string> {
  await at.add([taxId], { settings: { 'filters.min_depth': '1000000', batch_runs: '2' } })
  await at.settle()
  await pause(true)
  await at.client.ask(setTaxon, { params: { taxId }, body: { settings: { 'filters.min_depth': '' }, dryRun: false } })
  await at.settle()
  assert.deepEqual(await runsAt(at, taxId, 'wanted'), known)
  const { path } = makeBackup({ home: at.config.home, target: undefined, force: false, now: world.clock() })
  await pause(false)
  return path
}

/** Three of the four are delivered, then a new run; two machines are held up in the midst of their work. */
async function workOn(): Promise<void> {
  at.hold(held)
  const deliveredAre = (count: number) => async () => (await runsAt(at, taxId, 'delivered')).length === count
  await at.workUntil('all but one are delivered', async () => (await deliveredAre(3)()) && (await workers()).length === 1)
  ;[found = ''] = await world.addRuns(taxId, 1)
  await askForCheck()
  await at.workUntil('the new run is delivered', async () => (await deliveredAre(4)()) && (await workers()).length === 1)
  live = machineIn((await workers())[0]?.address ?? '')
  ;[lost = ''] = await world.addRuns(taxId, 1)
  at.hold(lost)
  await askForCheck()
  await at.workUntil(
    'the last one is worked on',
    async () => (await workers()).filter(one => one.state === 'working').length === 2,
  )
  const other = (await workers()).find(one => one.address !== live.folder)
  stray = machineIn(other?.address ?? '')
  rmSync(join(at.config.home.attemptDir, (other?.name ?? '').slice('mf-'.length)), { recursive: true })
}

async function pause(paused: boolean): Promise<void> {
  await at.client.ask(pauseTaxon, { params: { taxId }, body: { paused } })
}

async function workers() {
  return (await at.client.ask(listWorkers, {})).rows
}

async function askForCheck(): Promise<void> {
  await at.client.ask(checkTaxon, { params: { taxId }, body: { full: false } })
}

function machineIn(folder: string): Machine {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string>
  return { folder, machineId: read('machine.json')['machineId'] ?? '', token: read('boot.json')['token'] ?? '' }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Registers as the agent of a machine does; the status of the answer. */
async function registerAs({ token, machineId }: Pick<Machine, 'token' | 'machineId'>): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ version: wireVersion, machineId })
  return (await fetch(`${at.daemon.url}${callbackPaths.register}`, { method: 'POST', headers, body })).status
}

const adopting = async () => (await at.client.ask(showStatus, {})).adopting

suite('a restored ledger, older than the world', () => {
  test('asks for a person, and tells agents that it does not know to ask again, not to stop', async () => {
    assert.deepEqual(await needs(at), ['installation installation restored'])
    assert.equal(await adopting(), true)
    assert.deepEqual(await runsAt(at, taxId, 'wanted'), known)
    assert.equal(await registerAs(live), 503)
    assert.equal(await registerAs({ token: 'of an attempt that was never heard of', machineId: 'any' }), 503)
  })

  test('adopts a living machine from its tag and the folder of its attempt, and listens to it', async () => {
    await at.daemon.heartbeatOnce()
    const [worker, ...more] = await workers()
    assert.deepEqual([worker?.machineId, worker?.address, more.length], [live.machineId, live.folder, 0])
    assert.equal((await fateOf(at, held)).deliveries[0]?.state, 'batched')
    assert.equal(await registerAs(live), 200)
  })

  test('reports a machine of which nothing tells what it is, and leaves it alone', async () => {
    assert.deepEqual(await needs(at), ['installation installation restored', `machine ${stray.machineId} unaccounted`])
    assert.equal(existsSync(stray.folder), true)
    assert.equal(await registerAs(stray), 503)
  })

  test('batches and creates nothing while it adopts, whatever is owed', async () => {
    for (let times = 0; times < 3; times += 1) await at.daemon.heartbeatOnce()
    assert.equal(await adopting(), true)
    assert.deepEqual(await workBegun(at), { batches: 1, attempts: 1, workers: 1 })
    assert.ok((await runsAt(at, taxId, 'wanted')).length >= 2)
  })

  test('works again after one grace by itself; what lies in the library stands as delivered', async () => {
    await world.pass(graceSeconds + 1)
    await at.workUntil('it has adopted', async () => !(await adopting()))
    assert.deepEqual(
      await runsAt(at, taxId, 'delivered'),
      known.filter(run => run !== held),
    )
    for (const run of await runsAt(at, taxId, 'delivered')) {
      const [delivery] = (await fateOf(at, run)).deliveries
      assert.deepEqual([delivery?.deliveryId], deliveriesAtHome(at, run))
    }
    assert.deepEqual(await workBegun(at), { batches: 1, attempts: 1, workers: 1 })
  })

  test('brings home what the adopted machine was working on, and ends the machine', async () => {
    at.letGo(held)
    await at.workUntil('the adopted machine is gone', async () => (await workers()).length === 0)
    assert.deepEqual(await runsAt(at, taxId, 'delivered'), known)
    assert.equal(existsSync(live.folder), false)
    assert.deepEqual(await workBegun(at), { batches: 1, attempts: 1, workers: 1 })
  })

  test('processes no run twice that was found and delivered after the backup', async () => {
    assert.equal((await fateOf(at, found)).deliveries[0]?.state, 'delivered')
    at.letGo(lost)
    await askForCheck()
    await at.workUntil('the lost run is delivered', async () => (await runsAt(at, taxId, 'delivered')).includes(lost))
    assert.equal((await newestCheck(at, taxId))?.outcome, 'good')
    assert.deepEqual(await runsAt(at, taxId, 'delivered'), [...known, found, lost].sort())
    for (const run of [...known, found, lost]) assert.equal(deliveriesAtHome(at, run).length, 1, run)
    assert.deepEqual(await workBegun(at), { batches: 2, attempts: 2, workers: 2 }, 'only the lost run was begun again')
  })

  test('sweeps again once a person has resolved that it was restored', async () => {
    assert.equal(existsSync(stray.folder), true)
    const { rows } = await at.client.ask(listAttention, {})
    const id = rows.find(row => row.cause === 'restored')?.id ?? 0
    const body = { subject: { kind: 'id' as const, id }, how: 'dismiss' as const, runs: [], dryRun: false }
    await at.client.ask(resolveAttention, { body })
    await at.workUntil('the stray machine is gone', async () => !existsSync(stray.folder))
    await at.workUntil('every worker is gone', async () => (await workers()).length === 0)
    assert.deepEqual(await needs(at), [])
    const left = readdirSync(join(at.home, 'workers')).filter(name => name.startsWith('mf-'))
    assert.deepEqual([left, readdirSync(join(at.home, 'attempts'))], [[], []])
  })
})
