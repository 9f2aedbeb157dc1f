import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import { FakeProvider } from '../../../../test/fakes/fake-provider.ts'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import type { Deps } from '../../deps.ts'
import { noteRound } from '../../ledger/grace.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { destroyStage } from '../destroy/destroy-stage.ts'
import { pass } from '../pass.ts'
import { sweepStage } from './sweep-stage.ts'

const begin = Date.parse('2026-03-10T12:00:00.000Z')
let nowMs: number
let ledger: Ledger
let provider: FakeProvider
let deps: Deps

beforeEach(async () => {
  nowMs = begin
  ledger = await openLedger(':memory:')
  const clock = () => new Date(nowMs)
  provider = new FakeProvider(clock)
  provider.price = { microdollarsPerHour: 36_000, minimumSeconds: 60, minimumMicrodollars: 10_000 }
  const log = { say: () => undefined, warn: () => undefined }
  const attemptFolders = { list: () => Promise.resolve([]) }
  const known = { ledger, provider, attemptFolders, clock, log, effect: () => undefined, policy: defaultPolicy }
  deps = known as unknown as Deps
  // The grace of the first round is over when anything begins.
  await rounds(12)
})
afterEach(() => ledger.close())

async function rounds(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    nowMs += 30_000
    await noteRound(ledger, new Date(nowMs), defaultPolicy.periodSeconds, defaultPolicy.graceSeconds)
    for (const stage of [destroyStage, sweepStage]) {
      const { failures } = await pass(stage as typeof sweepStage, deps)
      assert.deepEqual(failures, [])
    }
  }
}

async function made(attemptId: string): Promise<string> {
  const created = await provider.create(`mf-${attemptId}`, { ...aBootPlan(attemptId), attemptId })
  return created.kind === 'created' ? created.machine.id : ''
}

/** A worker at work on a machine of its own. */
async function aWorker(attemptId: string): Promise<string> {
  const id = await made(attemptId)
  const rows = addedRows(ledger, new Date(nowMs))
  await rows.batch(`b-${attemptId}`)
  await rows.attempt(attemptId, `b-${attemptId}`, { machine_id: id })
  await rows.worker(attemptId, { machine_id: id, address: `/${id}` })
  return id
}

const accounts = () => ledger.read.selectFrom('costs').selectAll().orderBy('machine_id').execute()
const openNeeds = async () => {
  const open = await ledger.read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
  return open.map(need => `${need.subject_id} ${need.cause}`)
}
const workerStates = async () => (await ledger.read.selectFrom('workers').select('state').execute()).map(row => row.state)

suite('the account of a machine that nobody owns', () => {
  test('is charged from its birth to its end, to the taxon whose attempt it carries', async () => {
    provider.nextCreates.push('twice')
    await aWorker('a1')
    const double = provider.machines.get('fake-2')
    assert.ok(double !== undefined)
    await rounds(10)
    assert.deepEqual(
      provider.alive().map(({ machine }) => machine.id),
      ['fake-1'],
    )
    const [account, ...others] = await accounts()
    assert.deepEqual([account?.machine_id, account?.attempt_id, account?.charged_tax_id, others], ['fake-2', 'a1', 624, []])
    assert.equal(account?.from_at, double.machine.createdAt.toISOString())
    const seconds = (Date.parse(account.to_at ?? '') - Date.parse(account.from_at)) / 1000
    assert.equal(account.microdollars, Math.max(10_000, seconds * 10))
  })

  test('is closed, too, when it goes by itself; a list that only does not show it closes nothing', async () => {
    await made('zz')
    await rounds(2)
    const fake = provider.alive()[0]
    assert.ok(fake !== undefined)
    fake.hiddenLooks = 1
    await rounds(1)
    assert.equal((await accounts())[0]?.to_at, null)
    provider.vanish(fake.machine.id)
    await rounds(1)
    assert.equal((await accounts())[0]?.to_at, new Date(nowMs).toISOString())
    assert.deepEqual(await ledger.read.selectFrom('strays').selectAll().execute(), [])
  })
})

suite('a machine that a person keeps', () => {
  test('is told of once with what it costs, is not destroyed, and goes when the tag is taken away', async () => {
    const stray = await made('zz')
    const owned = await aWorker('a1')
    for (const { machine } of provider.alive()) machine.keep = true
    await ledger.write(async tx => {
      await tx.updateTable('batches').set({ state: 'settled' }).execute()
    })
    await rounds(20)
    assert.equal(provider.alive().length, 2)
    assert.deepEqual((await openNeeds()).toSorted(), [`${stray} kept`, `${owned} kept`].toSorted())
    const { evidence } = await ledger.read.selectFrom('attention').select('evidence').executeTakeFirstOrThrow()
    assert.match(evidence, /mf-keep.*it costs \$0\.86 a day, \$0\.01 so far/)
    assert.deepEqual(await workerStates(), ['destroying'])
    for (const { machine } of provider.alive()) machine.keep = false
    await rounds(8)
    assert.deepEqual(provider.alive(), [])
    assert.deepEqual(await openNeeds(), [])
    assert.deepEqual(await workerStates(), ['destroyed'])
  })
})

suite('a machine that is off', () => {
  const off = () => {
    for (const { machine } of provider.alive()) machine.status = 'off'
  }

  test('lapses when it is seen so again, where what lies on it cannot be read, and its batch is worked on anew', async () => {
    Object.assign(provider, { reachedBy: 'ssh' })
    await aWorker('a1')
    off()
    await rounds(1)
    assert.equal(provider.alive().length, 1)
    await rounds(2)
    assert.deepEqual(provider.alive(), [])
    assert.equal((await ledger.read.selectFrom('batches').select('state').executeTakeFirstOrThrow()).state, 'queued')
  })

  test('is left to the watch where it can be read, and to a person when a manifest was heard of', async () => {
    await aWorker('a1')
    off()
    await rounds(5)
    assert.deepEqual(await workerStates(), ['working'], 'a folder')
    Object.assign(provider, { reachedBy: 'ssh' })
    const rows = addedRows(ledger, new Date(nowMs))
    await rows.delivery('d-ERR000001', 'ERR000001', { state: 'batched', batch_id: 'b-a1' })
    await rows.attemptRun('a1', 'ERR000001', { outcome: 'done' })
    await rounds(5)
    assert.deepEqual(await workerStates(), ['working'], 'unproved')
  })
})

test('a machine that does not go is asked again and again, and a person is told after a quarter of an hour', async () => {
  provider.destroyAsks = 60
  const id = await made('zz')
  await rounds(25)
  assert.deepEqual(await openNeeds(), [])
  await rounds(20)
  assert.deepEqual(await openNeeds(), [`${id} will-not-go`])
  await rounds(40)
  assert.deepEqual([provider.alive(), await openNeeds()], [[], []])
})
