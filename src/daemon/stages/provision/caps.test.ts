import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openArchiveRig, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { PaidProvider } from '../../../../test/fakes/paid-provider.ts'
import { attemptFoldersInMemory } from '../../../../test/histories/attempt-folders-in-memory.ts'
import { noCaps, type Spend } from '../../../core/budget.ts'
import type { Deps } from '../../deps.ts'
import { beginCost, endCost } from '../../ledger/costs.ts'
import { readBudget } from '../../ledger/read-budget.ts'
import { batchStage } from '../batch/batch-stage.ts'
import { pass } from '../pass.ts'
import { provisionStage } from './provision-stage.ts'

// A machine of ten cents an hour for 600 s of boot, 3,000 s of work and 3,600 s of collection.
const reserve = 200_000
const policy = { maxWorkers: 10, batchRuns: 1, bootSeconds: 600, deadlineSeconds: 3000, retrySeconds: 30 }

let rig: ArchiveRig
let provider: PaidProvider
let deps: Deps
beforeEach(async () => {
  rig = await openArchiveRig({ policy })
  provider = new PaidProvider(() => rig.now())
  const boot = {
    nextflow: [],
    cpus: 1,
    beatSeconds: 20,
    environment: {},
    mirrorUrls: [],
    filesUrl: undefined,
    serverUrl: undefined,
  }
  const collector = { freeBytes: () => Promise.resolve(1e13) } as Partial<Deps['collector']> as Deps['collector']
  const others = { collector, boot, attemptFolders: attemptFoldersInMemory(), newSecret: () => 'ab'.repeat(32) }
  deps = { ...rig.deps, ...others, provider }
  spend({})
})
afterEach(() => rig.close())

function spend(set: Partial<Spend>): void {
  deps = { ...deps, spend: { ...noCaps, collectionSeconds: 3600, ...set } }
}

/** So many batches of one run each. */
async function queue(runs: number, settings: Record<string, string> = {}): Promise<void> {
  rig.put(...Array.from({ length: runs }, (_, place) => `ERR90000${place}`))
  await rig.add(624, { settings })
  await rig.round()
  assert.deepEqual((await pass(batchStage, deps)).failures, [])
}

async function provision(): Promise<void> {
  assert.deepEqual((await pass(provisionStage, deps)).failures, [])
}

async function evidence(cause: string): Promise<string> {
  const row = await rig.ledger.read
    .selectFrom('attention')
    .selectAll()
    .where('cause', '=', cause)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return `${row?.evidence ?? ''} | ${row?.tried ?? ''}`
}

/** The machine with this place in the order of their making is destroyed now, and its worker with it. */
async function machineGoes(place: number): Promise<void> {
  const machine = [...provider.machines.values()][place]
  assert.ok(machine !== undefined)
  await provider.destroy(machine.machine.id)
  await rig.ledger.write(async tx => {
    await tx.updateTable('workers').set({ state: 'destroyed' }).where('machine_id', '=', machine.machine.id).execute()
    await tx
      .updateTable('attempts')
      .set({ closed_at: rig.now().toISOString() })
      .where('machine_id', '=', machine.machine.id)
      .execute()
    await endCost(tx, machine.machine.id, rig.now())
  })
}

async function purse(): Promise<[spent: number, reserved: number]> {
  const { all } = await readBudget(rig.ledger.read, rig.now())
  return [all.spent / 3600, all.reserved / 3600]
}

describe('before a machine is asked for', () => {
  test('its whole time is set aside with the intent, and drawn on while it is there', async () => {
    await queue(1)
    await provision()
    const [row] = await rig.ledger.read.selectFrom('reservations').selectAll().execute()
    assert.deepEqual([row?.microdollars, row?.size, row?.freed_at], [reserve, 'ten-cents', null])
    assert.deepEqual(await purse(), [10_000, reserve - 10_000])
    rig.wait(3600)
    assert.deepEqual(await purse(), [100_000, reserve - 100_000])
    await machineGoes(0)
    assert.deepEqual(await purse(), [100_000, 0])
  })

  test('the price of each need is asked for once', async () => {
    await queue(3)
    await provision()
    assert.equal(provider.calls.create, 3)
    assert.equal(provider.quoted.length, 1)
  })

  test('a create that the provider refused leaves nothing set aside, one that was lost for a day', async () => {
    await queue(2)
    provider.nextCreates.push('no-capacity', 'unborn')
    await provision()
    assert.deepEqual(await purse(), [0, reserve])
  })

  test('a provider that tells no price is asked again in the next pass, and nobody needs a person', async () => {
    await queue(1)
    provider.isMute = true
    await provision()
    assert.deepEqual([provider.calls.create, await rig.attention()], [0, []])
    provider.isMute = false
    await provision()
    assert.equal(provider.calls.create, 1)
  })
})

describe('the cap of the month', () => {
  test('stops creates, tells a person why, and the next month goes on by itself', async () => {
    spend({ monthMicrodollars: 2 * reserve + 1 })
    await queue(3)
    await provision()
    assert.equal(provider.calls.create, 2)
    assert.deepEqual(await rig.attention(), ['installation installation month-cap'])
    assert.match(
      await evidence('month-cap'),
      /cap of a month is \$0\.40 a month: \$0\.00 is spent, \$0\.40 is set aside .* size ten-cents .* needs \$0\.20/,
    )
    assert.match(await evidence('month-cap'), /Raise spend\.month_dollars/)
    await provision()
    assert.equal(provider.calls.create, 2)
    rig.wait(3600)
    await machineGoes(0)
    await machineGoes(1)
    await provision()
    assert.equal(provider.calls.create, 3, 'what they cost truly leaves room')
    rig.wait(6000)
    await machineGoes(2)
    await provision()
    assert.deepEqual(await rig.attention(), [])
  })

  test('ends with the month', async () => {
    spend({ monthMicrodollars: reserve })
    await queue(2)
    await provision()
    rig.wait(7200)
    await machineGoes(0)
    await provision()
    assert.deepEqual([provider.calls.create, await rig.attention()], [1, ['installation installation month-cap']])
    rig.wait(31 * 86_400)
    await provision()
    assert.deepEqual([provider.calls.create, await rig.attention()], [2, []])
  })

  test('that is raised is noticed', async () => {
    spend({ monthMicrodollars: reserve - 1 })
    await queue(1)
    await provision()
    assert.deepEqual([provider.calls.create, await rig.attention()], [0, ['installation installation month-cap']])
    spend({ monthMicrodollars: reserve })
    await provision()
    assert.deepEqual([provider.calls.create, await rig.attention()], [1, []])
  })

  test('keeps no batch waiting for one that is less urgent', async () => {
    spend({ monthMicrodollars: reserve })
    await queue(2)
    await rig.ledger.write(tx => tx.updateTable('batches').set({ memory_gb: 16 }).where('name', 'like', '%-a').execute())
    provider.largestGb = 8
    await provision()
    assert.deepEqual(await rig.attention(), ['installation installation no-size'])
    assert.equal(provider.calls.create, 1)
  })
})

test("a taxon's own cap stops that taxon, and a smaller one of all taxa is overruled by it", async () => {
  spend({ taxonMicrodollars: 1 })
  await queue(6, { spend_dollars: '1' })
  await provision()
  assert.equal(provider.calls.create, 5)
  assert.deepEqual(await rig.attention(), ['taxon 624 taxon-cap'])
  assert.match(await evidence('taxon-cap'), /microfetch set 624 spend_dollars=/)
})

test('a need that no size meets is told with why, waits, and goes when there is one', async () => {
  await queue(1)
  provider.largestGb = 4
  await provision()
  await provision()
  assert.deepEqual([provider.calls.create, await rig.attention()], [0, ['installation installation no-size']])
  assert.match(await evidence('no-size'), /no machine for batch shigella-sonnei-2026-03-01-a: the largest size has 4 GB/)
  provider.largestGb = 8
  await provision()
  assert.deepEqual([provider.calls.create, await rig.attention()], [1, []])
})

describe('beyond the soft cap', () => {
  test('no new batch is begun, and what a machine has worked on before is tried again', async () => {
    await queue(2)
    deps = { ...deps, policy: { ...deps.policy, maxWorkers: 1 } }
    await provision()
    rig.wait(3600)
    spend({ monthSoftMicrodollars: 50_000 })
    await machineGoes(0)
    const { batch_id: batchId } = await rig.ledger.read.selectFrom('attempts').select('batch_id').executeTakeFirstOrThrow()
    const back = { state: 'queued' as const, changed_at: rig.now().toISOString() }
    await rig.ledger.write(tx => tx.updateTable('batches').set(back).where('id', '=', batchId).execute())
    rig.wait(60)
    await provision()
    const attempts = await rig.ledger.read.selectFrom('attempts').select(['batch_id', 'number']).execute()
    assert.deepEqual(attempts.map(one => one.number).sort(), [1, 2])
    assert.deepEqual(new Set(attempts.map(one => one.batch_id)), new Set([batchId]))
    assert.deepEqual(await rig.attention(), ['installation installation soft-cap'])
    await machineGoes(1)
    rig.wait(31 * 86_400)
    await provision()
    assert.deepEqual([provider.calls.create, await rig.attention()], [3, []])
  })

  test('nothing new is packed', async () => {
    await rig.ledger.write(tx =>
      beginCost(tx, {
        machineId: 'm',
        workerName: 'mf-m',
        attemptId: null,
        chargedTaxId: null,
        price: provider.price,
        from: rig.now(),
      }),
    )
    spend({ monthSoftMicrodollars: 10_000 })
    await queue(2)
    assert.deepEqual(await rig.ledger.read.selectFrom('batches').select('id').execute(), [])
  })
})

test('a machine past its reserve keeps its place: it reserves anew before anything is created, and a person is told what it costs', async () => {
  spend({ monthMicrodollars: 2 * reserve })
  await queue(2)
  deps = { ...deps, policy: { ...deps.policy, maxWorkers: 1 } }
  await provision()
  rig.wait(7201)
  deps = { ...deps, policy: { ...deps.policy, maxWorkers: 2 } }
  await provision()
  assert.equal(provider.calls.create, 1)
  assert.deepEqual(await rig.attention(), ['machine mf-d0005 past-reserve', 'installation installation month-cap'])
  assert.match(
    await evidence('past-reserve'),
    /the \$0\.20 that were set aside for it are used up.*it costs \$2\.40 a day, and \$0\.10 more are set aside/,
  )
  const [spent, reserved] = await purse()
  assert.deepEqual([Math.round(spent), Math.round(reserved)], [200_028, 100_000])
  rig.wait(3600 * 5)
  await provision()
  const after = await purse()
  assert.deepEqual(
    [after[0] > 2 * reserve, after[1] > 0, provider.alive().length],
    [true, true, 1],
    'it alone passes the cap, and is kept',
  )
})
