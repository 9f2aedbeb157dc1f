import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import { FakeCollector } from '../../../../test/fakes/fake-collector.ts'
import type { FakeMachine } from '../../../../test/fakes/fake-machine.ts'
import { FakeProvider } from '../../../../test/fakes/fake-provider.ts'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { Problem } from '../../../core/problem.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import type { Deps } from '../../deps.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { libraryNeed } from '../../ledger/library-need.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { workLeft } from '../../ledger/work-left.ts'
import { destroyStage } from '../destroy/destroy-stage.ts'
import { pass } from '../pass.ts'
import { collectStage } from './collect-stage.ts'

const begin = Date.parse('2026-03-10T12:00:00.000Z')
const reserve = defaultPolicy.libraryReserveBytes
const large = 'ERR000001'
const small = 'ERR000002'
let nowMs: number
let ledger: Ledger
let collector: FakeCollector
let machine: FakeMachine
let deps: Deps
let warnings: string[]

beforeEach(async () => {
  nowMs = begin
  warnings = []
  const clock = () => new Date(nowMs)
  ledger = await openLedger(':memory:')
  const provider = new FakeProvider(clock)
  collector = new FakeCollector(provider, clock)
  const log = { say: () => undefined, warn: (text: string) => void warnings.push(text) }
  let count = 0
  const known = { ledger, provider, collector, clock, log, policy: defaultPolicy, effect: () => undefined }
  deps = { ...known, transfersAtOnce: 1, newId: () => `id${++count}` } as unknown as Deps
  const created = await provider.create('mf-a1', aBootPlan('a1'))
  assert.ok(created.kind === 'created')
  const { id, address = '' } = created.machine
  const fake = provider.machines.get(id)
  assert.ok(fake !== undefined)
  machine = fake
  await addedRows(ledger, new Date(begin)).taxon(624)
  await addedRows(ledger, new Date(begin)).batch('b1', { state: 'finished' })
  await addedRows(ledger, new Date(begin)).attempt('a1', 'b1', { machine_id: id })
  await addedRows(ledger, new Date(begin)).worker('a1', { machine_id: id, address })
})
afterEach(() => ledger.close())

/** A run of so many bytes that the machine announced; the earlier one is collected first. */
async function announce(run: string, bytes: number): Promise<void> {
  const rows = addedRows(ledger, new Date(begin))
  const manifestSha256 = machine.handOver(run, [{ path: 'contigs.fasta', bytes, sha256: 'a'.repeat(64) }])
  await rows.run(run)
  await rows.delivery(`d-${run}`, run, { state: 'batched', batch_id: 'b1' })
  await rows.verdict(624, run, { delivery_id: `d-${run}` })
  const heardAt = new Date(begin + Number(run.slice(3))).toISOString()
  const said = { outcome: 'done' as const, manifest_sha256: manifestSha256, heard_at: heardAt }
  await rows.attemptRun('a1', run, { delivery_id: `d-${run}`, ...said })
}

async function rounds(times: number, stages: readonly { name: string }[] = [collectStage]): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    for (const stage of stages as (typeof collectStage)[]) assert.deepEqual((await pass(stage, deps)).failures, [])
    nowMs += 3_600_000
  }
}

const openNeeds = async () => {
  const open = await ledger.read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
  return open.map(need => `${need.subject} ${need.cause}`)
}
const failuresOf = async (run: string) =>
  (await ledger.read.selectFrom('attempt_runs').selectAll().where('run_accession', '=', run).executeTakeFirstOrThrow())
    .collect_failures

suite('a library without room for one run', () => {
  beforeEach(async () => {
    await announce(large, 3 * reserve)
    collector.libraryBytes = 2 * reserve
  })

  test('is full: the run is to blame for nothing, the smaller ones wait too, and all is well once it fits', async () => {
    await announce(small, 5)
    await rounds(8)
    assert.deepEqual(await openNeeds(), ['installation library-full'])
    assert.deepEqual([await failuresOf(large), collector.library.size, collector.calls.collect], [0, 0, 1])
    const { evidence } = await ledger.read.selectFrom('attention').select('evidence').executeTakeFirstOrThrow()
    assert.match(evidence, /^ERR000001: /)
    const { batches, workers } = await workLeft(ledger.read, new Date(nowMs), {
      ...defaultPolicy,
      obstructed: true,
      roomOf: () => Infinity,
    })
    assert.deepEqual([batches, workers], [0, 0], 'what waits for space waits for a person')
    collector.libraryBytes = 3 * reserve - 1
    await rounds(2)
    assert.deepEqual([await openNeeds(), collector.library.size], [['installation library-full'], 0])
    collector.libraryBytes = 5 * reserve
    await rounds(1)
    assert.deepEqual([await openNeeds(), [...collector.library.keys()]], [[], ['d-ERR000001', 'd-ERR000002']])
    assert.equal(await libraryNeed(ledger.read), undefined)
  })

  test('has room again when that run is owed no more', async () => {
    await announce(small, 5)
    await rounds(2)
    await ledger.write(tx => tx.updateTable('deliveries').set({ state: 'dropped' }).where('id', '=', `d-${large}`).execute())
    await rounds(1)
    assert.deepEqual([await openNeeds(), [...collector.library.keys()]], [[], ['d-ERR000002']])
  })

  test('is tried again when a person says so, and found full again', async () => {
    await rounds(1)
    await ledger.write(tx =>
      tx
        .updateTable('attention')
        .set({ resolved_at: new Date(nowMs).toISOString() })
        .execute(),
    )
    await rounds(2)
    assert.deepEqual([await openNeeds(), collector.calls.collect], [['installation library-full'], 2])
  })

  test('whose free bytes do not show it (a quota) is tried again only after a while', async () => {
    collector.libraryBytes = 9 * reserve
    collector.nextTransfers.push('no space')
    await pass(collectStage, deps)
    nowMs += 599_000
    await pass(collectStage, deps)
    assert.deepEqual([await openNeeds(), collector.calls.collect], [['installation library-full'], 1])
    nowMs += 1000
    await pass(collectStage, deps)
    assert.deepEqual([await openNeeds(), collector.library.size], [[], 1])
  })
})

suite('sources that cannot be removed', () => {
  beforeEach(async () => {
    await announce(small, 5)
    await ledger.write(tx => tx.updateTable('attempt_runs').set({ collect_failures: 4 }).execute())
    await rounds(1)
    assert.equal(collector.library.size, 1)
    await ledger.write(tx => tx.updateTable('batches').set({ state: 'settled' }).execute())
  })

  test('are tried a few times, then left with a warning, and their machine goes its way', async () => {
    collector.remove = () => Promise.reject(new Problem('broken-answer', 'results were moved behind a link'))
    await rounds(defaultPolicy.maxCollectFailures - 1, [collectStage, destroyStage])
    assert.deepEqual([machine.state, await failuresOf(small)], ['there', defaultPolicy.maxCollectFailures - 1])
    await rounds(3, [collectStage, destroyStage])
    assert.equal(machine.state, 'gone')
    assert.equal(warnings.filter(text => text === 'a surplus copy stays until its machine goes').length, 1)
    assert.equal(await failuresOf(small), 0)
  })

  test('are not tried all the time, and are removed when a later try can', async () => {
    const remove = collector.remove.bind(collector)
    let tries = 0
    collector.remove = () => Promise.reject(Object.assign(new Error('EIO'), { syscall: 'lstat', tries: ++tries }))
    await pass(collectStage, deps)
    await pass(collectStage, deps)
    assert.equal(tries, 1)
    collector.remove = remove
    nowMs += 30_000
    await rounds(2, [collectStage, destroyStage])
    assert.deepEqual([machine.state, machine.results.size], ['gone', 0])
  })
})
