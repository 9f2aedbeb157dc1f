import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { OpenCollector } from '../../src/collector/main.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import { collectStage } from '../../src/daemon/stages/collect/collect-stage.ts'
import { destroyStage } from '../../src/daemon/stages/destroy/destroy-stage.ts'
import { pass } from '../../src/daemon/stages/pass.ts'
import { provisionStage } from '../../src/daemon/stages/provision/provision-stage.ts'
import type { Stage } from '../../src/daemon/stages/stage.ts'
import { watchStage } from '../../src/daemon/stages/watch/watch-stage.ts'
import { aClosing, aStanding } from '../contracts/collector-contract.ts'
import { FakeProvider } from '../fakes/fake-provider.ts'
import { aRecipe } from '../histories/a-recipe.ts'
import { attemptFoldersInMemory } from '../histories/attempt-folders-in-memory.ts'
import { CollectorWorld } from './collector-world.ts'

const never = new AbortController().signal
const run = 'ERR1000001'
const flow = [provisionStage, watchStage, collectStage, destroyStage] as unknown as Stage<unknown, unknown>[]

let world: CollectorWorld
let provider: FakeProvider
let deps: Deps
let program: OpenCollector
beforeEach(async () => {
  world = await CollectorWorld.open()
  provider = new FakeProvider(world.clock)
  const boot = {
    nextflow: [],
    cpus: 1,
    beatSeconds: 20,
    environment: {},
    mirrorUrls: [],
    filesUrl: undefined,
    serverUrl: undefined,
  }
  const others = {
    boot,
    recipes: new Map([['assemble', aRecipe('assemble')]]),
    attemptFolders: attemptFoldersInMemory(),
    newSecret: () => 'ab'.repeat(32),
  }
  deps = { ...world.deps, ...others, provider }
  program = await world.program()
  await program.once(never)
})
afterEach(async () => {
  program.close()
  await world.close()
})

/** The daemon's stages, every hour for so many. */
async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    await round()
    world.nowMs += 3_600_000
  }
}

async function round(): Promise<void> {
  for (const stage of flow) assert.deepEqual((await pass(stage, deps)).failures, [], stage.name)
}

async function queueOne(): Promise<void> {
  await world.rows.run('ERR1000009')
  await world.rows.batch('waiting', { state: 'queued', charged_tax_id: 562, attempts_made: 0 })
  await world.rows.delivery('d-waiting', 'ERR1000009', { state: 'batched', batch_id: 'waiting' })
}

const workerStates = async () => {
  const rows = await world.ledger.read.selectFrom('workers').select(['attempt_id', 'state']).orderBy('attempt_id').execute()
  return rows.map(row => `${row.attempt_id} ${row.state}`)
}

suite('while the collector is away for two days', () => {
  test('finished machines wait with their results, a person is told, and nothing new is created; all goes on when it is back', async () => {
    const place = await world.finished(run)
    const closing = JSON.stringify(aClosing(place))
    await world.ledger.write(tx =>
      tx.updateTable('attempts').set({ closing_json: closing, closing_at: world.clock().toISOString() }).execute(),
    )
    world.nowMs += 3 * 3_600_000
    await round()
    await queueOne()
    await hours(48)
    assert.deepEqual(await world.needs(), ['collector remote collector-silent'])
    const { evidence } = await world.ledger.read.selectFrom('attention').select('evidence').executeTakeFirstOrThrow()
    assert.match(evidence, /^last heard at 2026-03-10T12:00:0\d\.000Z: /)
    assert.deepEqual([provider.calls.create, await workerStates()], [0, ['attempt1 working']])
    assert.deepEqual(await world.fates(), { [run]: 'batched' })
    assert.equal(world.warnings.filter(text => text === 'the collector is silent').length, 1)
    await program.once(never)
    await round()
    await round()
    assert.deepEqual([await world.needs(), (await world.fates())[run]], [[], 'delivered, removed'])
    assert.equal(provider.calls.create, 1)
  })

  test('a silent machine is not given up before the collector has looked at it, and is heard when it has', async () => {
    const place = await world.finished()
    await world.ledger.write(tx => tx.updateTable('batches').set({ state: 'started' }).execute())
    await world.handOver(place, run)
    await world.ledger.write(tx =>
      tx.updateTable('attempt_runs').set({ outcome: 'none', manifest_sha256: null, heard_at: null }).execute(),
    )
    const outcomes = [{ runAccession: run, outcome: 'failed' as const, reason: 'ASM_EMPTY', detail: '', cure: 'none' as const }]
    await world.machines.writeOnMachine(place, 'results/DONE.json', JSON.stringify({ ...aClosing(place), outcomes }))
    await hours(48)
    assert.deepEqual(await workerStates(), ['attempt1 working'])
    await program.once(never)
    await round()
    await round()
    const said = await world.ledger.read.selectFrom('attempt_runs').select('reason').executeTakeFirstOrThrow()
    assert.equal(said.reason, 'ASM_EMPTY')
    const { state } = await world.ledger.read.selectFrom('batches').select('state').executeTakeFirstOrThrow()
    assert.equal(state, 'finished')
  })
})

suite('a machine whose callbacks do not come', () => {
  test('is looked at by the collector: its beats keep it alive, and what lies there whole is brought home', async () => {
    const place = await world.finished()
    await world.ledger.write(tx => tx.updateTable('batches').set({ state: 'started' }).execute())
    await world.handOver(place, run)
    await world.ledger.write(tx =>
      tx.updateTable('attempt_runs').set({ outcome: 'none', manifest_sha256: null, heard_at: null }).execute(),
    )
    for (let beat = 1; beat <= 20; beat += 1) {
      await world.machines.writeOnMachine(place, 'standing.json', JSON.stringify({ ...aStanding(place), beat }))
      world.nowMs += 100_000
      await program.once(never)
      await round()
    }
    assert.deepEqual(await workerStates(), ['attempt1 working'])
    world.nowMs += 400_000
    await program.once(never)
    await round()
    await program.once(never)
    await round()
    assert.deepEqual(await world.fates(), { [run]: 'delivered, removed' })
  })

  test('and that nobody can reach lapses after its lease, as the collector has looked', async () => {
    const place = await world.finished()
    await world.ledger.write(tx => tx.updateTable('batches').set({ state: 'started' }).execute())
    await world.ledger.write(tx => tx.updateTable('attempts').set({ last_beat_at: world.clock().toISOString() }).execute())
    await rm(place.address, { recursive: true })
    world.nowMs += 400_000
    await round()
    assert.deepEqual(await workerStates(), ['attempt1 working'])
    await program.once(never)
    await round()
    assert.notDeepEqual(await workerStates(), ['attempt1 working'])
  })
})

suite('a daemon that never heard of a collector', () => {
  test('says so and creates nothing', async () => {
    await world.ledger.write(tx => tx.deleteFrom('collectors').execute())
    await queueOne()
    await hours(2)
    assert.deepEqual([await world.needs(), provider.calls.create], [['collector remote collector-silent'], 0])
    await program.once(never)
    await round()
    await round()
    assert.deepEqual([await world.needs(), provider.calls.create], [[], 1])
  })
})
