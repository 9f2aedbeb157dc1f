import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { aStanding } from '../../../../test/contracts/collector-contract.ts'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import { FakeCollector } from '../../../../test/fakes/fake-collector.ts'
import type { FakeMachine } from '../../../../test/fakes/fake-machine.ts'
import { FakeProvider } from '../../../../test/fakes/fake-provider.ts'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import type { Deps } from '../../deps.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { noteRound } from '../../ledger/grace.ts'
import { collectStage } from '../collect/collect-stage.ts'
import { destroyStage } from '../destroy/destroy-stage.ts'
import { pass } from '../pass.ts'
import { watchStage } from './watch-stage.ts'

const begin = Date.parse('2026-03-10T12:00:00.000Z')
const runs = ['ERR000001', 'ERR000002', 'ERR000003']
const manifest = [{ path: 'contigs.fasta', bytes: 7, sha256: 'a'.repeat(64) }]
let nowMs: number
let ledger: Ledger
let provider: FakeProvider
let collector: FakeCollector
let machine: FakeMachine
let deps: Deps

beforeEach(async () => {
  nowMs = begin
  const clock = () => new Date(nowMs)
  ledger = await openLedger(':memory:')
  provider = new FakeProvider(clock)
  collector = new FakeCollector(provider, clock)
  const log = { say: () => undefined, warn: () => undefined }
  const boot = { beatSeconds: 30 } as Deps['boot']
  const known = { ledger, provider, collector, clock, log, boot, policy: defaultPolicy, effect: () => undefined }
  let count = 0
  deps = { ...known, transfersAtOnce: 1, newId: () => `id${++count}` } as unknown as Deps
  machine = await aWorkingMachine()
  await noteRound(ledger, clock(), defaultPolicy.periodSeconds, 0)
})
afterEach(() => ledger.close())

/** Attempt `a1` works on three runs, and its first beat was heard. */
async function aWorkingMachine(): Promise<FakeMachine> {
  const created = await provider.create('mf-a1', aBootPlan('a1'))
  assert.ok(created.kind === 'created')
  const { id, address = '' } = created.machine
  const rows = addedRows(ledger, new Date(begin))
  await rows.taxon(624)
  await rows.batch('b1')
  const standing = aStanding({ attemptId: 'a1', machineId: id, address, hostKey: undefined })
  const progressJson = JSON.stringify({ ...standing.progress, beat: standing.beat })
  const lastBeat = new Date(begin).toISOString()
  await rows.attempt('a1', 'b1', { machine_id: id, last_beat_at: lastBeat, progress_at: lastBeat, progress_json: progressJson })
  await rows.worker('a1', { machine_id: id, address })
  for (const run of runs) {
    await rows.run(run)
    await rows.delivery(`d-${run}`, run, { state: 'batched', batch_id: 'b1' })
    await rows.verdict(624, run, { delivery_id: `d-${run}` })
    await rows.attemptRun('a1', run)
  }
  const fake = provider.machines.get(id)
  assert.ok(fake !== undefined)
  fake.standing = standing
  return fake
}

/** Rounds of the patrol, the collection and the destruction; what was done, in words. */
async function rounds(times: number): Promise<string[]> {
  for (let time = 0; time < times; time += 1) {
    for (const stage of [watchStage, collectStage, destroyStage] as unknown as (typeof watchStage)[]) {
      const { failures } = await pass(stage, deps)
      assert.deepEqual(failures, [])
    }
    nowMs += 1000
  }
  const found = await ledger.read.selectFrom('deliveries').select(['id', 'state', 'strikes']).orderBy('id').execute()
  return found.map(row => `${row.id} ${row.state} ${row.strikes}`)
}

const outcomeOf = (run: string) =>
  ledger.read.selectFrom('attempt_runs').selectAll().where('run_accession', '=', run).executeTakeFirstOrThrow()

suite('a machine whose agent fell silent', () => {
  for (const how of ['died', 'fell silent'] as const) {
    test(`right after it handed over a run, and ${how}: the run is brought home before the machine goes`, async () => {
      machine.handOver('ERR000001', manifest)
      if (how === 'died') machine.stop()
      nowMs = begin + (how === 'died' ? 1000 : (defaultPolicy.leaseSeconds + 1) * 1000)
      assert.deepEqual(await rounds(6), ['d-ERR000001 delivered 0', 'd-ERR000002 batched 1', 'd-ERR000003 batched 1'])
      assert.deepEqual([...collector.library.keys()], ['d-ERR000001'])
      assert.equal(machine.state, 'gone')
    })
  }

  test('and whose results cannot be stored yet is held with them, and a person is asked', async () => {
    machine.handOver('ERR000001', manifest, { badCopies: 2 })
    machine.stop()
    await rounds(3)
    assert.equal(machine.state, 'there')
    const needs = await ledger.read.selectFrom('attention').select(['subject_id', 'cause']).execute()
    assert.deepEqual(
      needs.map(need => `${need.subject_id} ${need.cause}`),
      ['mf-a1 held'],
    )
  })

  test('after its beat was heard by callback and its word on a run was not: what its standing says is heard', async () => {
    const manifestSha256 = machine.handOver('ERR000002', manifest)
    assert.ok(machine.standing !== undefined)
    machine.standing = { ...machine.standing, outcomes: [{ runAccession: 'ERR000002', outcome: 'done', manifestSha256 }] }
    machine.stop()
    assert.deepEqual(await rounds(6), ['d-ERR000001 batched 1', 'd-ERR000002 delivered 0', 'd-ERR000003 batched 1'])
  })

  test('and that cannot be read lapses after its lease when nothing was heard of', async () => {
    machine.handOver('ERR000001', manifest)
    machine.isReachable = false
    machine.stop()
    nowMs = begin + 100_000
    await rounds(2)
    assert.equal(machine.state, 'there', 'within its lease it is waited for')
    nowMs = begin + (defaultPolicy.leaseSeconds + 1) * 1000
    await rounds(3)
    assert.equal(machine.state, 'gone')
  })

  test('and that cannot be read is held when a run of it was heard of', async () => {
    const manifestSha256 = machine.handOver('ERR000001', manifest)
    const set = { outcome: 'done' as const, manifest_sha256: manifestSha256 }
    await ledger.write(tx => tx.updateTable('attempt_runs').set(set).where('run_accession', '=', 'ERR000001').execute())
    machine.isReachable = false
    nowMs = begin + (defaultPolicy.leaseSeconds + 1) * 1000
    await rounds(3)
    assert.equal(machine.state, 'there')
  })

  test('that beats, but is deaf to a stop: what lies there whole is brought home before it is ended', async () => {
    machine.handOver('ERR000003', manifest)
    nowMs = begin + (defaultPolicy.progressSeconds + 3 * defaultPolicy.graceSeconds + 1) * 1000
    const lastBeat = new Date(nowMs).toISOString()
    await ledger.write(tx => tx.updateTable('attempts').set({ last_beat_at: lastBeat, failed_why: 'late' }).execute())
    assert.deepEqual(await rounds(6), ['d-ERR000001 batched 1', 'd-ERR000002 batched 1', 'd-ERR000003 delivered 0'])
    assert.equal(machine.state, 'gone')
  })
})

suite('a machine whose attempt is closed', () => {
  test('is not let go before what lies on it is at home, though a later attempt works on the batch', async () => {
    machine.handOver('ERR000001', manifest)
    const closed = { closed_at: new Date(begin).toISOString(), closed_why: 'a later attempt was adopted' }
    await ledger.write(tx => tx.updateTable('attempts').set(closed).execute())
    assert.deepEqual(await rounds(4), ['d-ERR000001 delivered 0', 'd-ERR000002 batched 0', 'd-ERR000003 batched 0'])
    assert.equal(machine.state, 'gone')
    const { state } = await ledger.read.selectFrom('batches').select('state').executeTakeFirstOrThrow()
    assert.equal(state, 'started')
  })

  test('goes with all that lies on it when a person cancelled its batch', async () => {
    machine.handOver('ERR000001', manifest)
    await ledger.write(async tx => {
      await tx
        .updateTable('attempts')
        .set({ closed_at: new Date(begin).toISOString(), closed_why: 'cancelled' })
        .execute()
      await tx.updateTable('batches').set({ state: 'cancelled' }).execute()
    })
    await rounds(3)
    assert.deepEqual([machine.state, collector.library.size], ['gone', 0])
  })
})

suite('a machine at work', () => {
  test('whose callbacks are late tells of its runs itself, and its own later word on what lay there is no other', async () => {
    const manifestSha256 = machine.handOver('ERR000001', manifest)
    nowMs = begin + 100_000
    await rounds(2)
    assert.equal((await outcomeOf('ERR000001')).outcome, 'none', 'it is not late enough to be spoken for')
    nowMs = begin + (defaultPolicy.leaseSeconds + 1) * 1000
    await pass(watchStage, deps)
    assert.equal((await outcomeOf('ERR000001')).manifest_sha256, manifestSha256)
    assert.ok(machine.standing !== undefined)
    const outcomes = [{ runAccession: 'ERR000001', outcome: 'done' as const, manifestSha256 }]
    machine.standing = { ...machine.standing, beat: 9, outcomes }
    assert.deepEqual(await rounds(3), ['d-ERR000001 delivered 0', 'd-ERR000002 batched 0', 'd-ERR000003 batched 0'])
    assert.equal(machine.state, 'there')
  })
})
