import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { listBatches } from '../../src/api/batches.ts'
import { showPlan } from '../../src/api/plan.ts'
import { showRun } from '../../src/api/run-fate.ts'
import { retryRuns } from '../../src/api/runs.ts'
import { showStatus } from '../../src/api/status.ts'
import { addTaxa } from '../../src/api/taxa.ts'
import { listWorkers } from '../../src/api/workers.ts'
import { noCaps } from '../../src/core/budget.ts'
import { Problem } from '../../src/core/problem.ts'
import type { DoorParts } from '../../src/daemon/http/door-parts.ts'
import type { Quoted } from '../../src/daemon/providers/provider.ts'
import { noon, openDoorWorld, type DoorWorld } from './door-world.ts'

const price = { microdollarsPerHour: 36_000, minimumSeconds: 60, minimumMicrodollars: 10_000 }
const quote = async (): Promise<Quoted> => ({
  kind: 'quoted',
  quote: { size: 'small', region: 'here', memoryGb: 8, cpus: 4, diskBytes: 1e12, price },
})

let open: DoorWorld | undefined
afterEach(() => open?.close())

async function world(parts: Partial<DoorParts> = {}): Promise<DoorWorld> {
  open = await openDoorWorld({ quote, ...parts }, { maxWorkers: 2 })
  await open.rows.taxon(624)
  return open
}

async function wanted(on: DoorWorld, run: string): Promise<void> {
  await on.rows.run(run)
  await on.rows.delivery(`d-${run}`, run)
  await on.rows.verdict(624, run, { delivery_id: `d-${run}` })
}

/** An attempt of one run that closed in order and whose machine was there for two hours; an hour was forecast. */
async function learnt(on: DoorWorld): Promise<void> {
  await on.rows.batch('b1', { state: 'settled', expected_bases: 300_000_000 })
  const times = { heard_at: noon.toISOString(), closing_at: noon.toISOString(), closed_at: noon.toISOString() }
  await on.rows.attempt('a1', 'b1', { ...times, machine_id: 'm1' })
  await on.rows.attemptRun('a1', 'ERR000009')
  await on.rows.cost('m1', 'a1', 7200)
  const forecast = { runs: 1, bytes: 1, bases: 300_000_000, seconds: 3600, microdollars: 36_000 }
  await on.ledger.write(tx =>
    tx
      .insertInto('forecasts')
      .values({ attempt_id: 'a1', ...forecast, made_at: noon.toISOString() })
      .execute(),
  )
}

describe('a plan', () => {
  test('says what its batches would cost, with a range, from sizes and learnt rates', async () => {
    const on = await world()
    await wanted(on, 'ERR000001')
    await learnt(on)
    const { microdollars, batches, hoursRange } = await on.client.ask(showPlan, {})
    assert.deepEqual(microdollars, { low: 36_000, likely: 72_000, high: 144_000 })
    assert.deepEqual(batches[0]?.microdollars, microdollars)
    assert.deepEqual(
      [hoursRange.low, hoursRange.high].map(hours => hours.toFixed(3)),
      ['0.500', '2.000'],
    )
  })

  test('says how wrong the last forecasts were', async () => {
    const on = await world()
    assert.equal((await on.client.ask(showPlan, {})).misses, null)
    await learnt(on)
    assert.deepEqual((await on.client.ask(showPlan, {})).misses, { count: 1, median: 2, low: 2, high: 2 })
  })

  test('is told without money where machines are free, and with the reason where the price cannot be had', async () => {
    const free = await world({ quote: undefined })
    await wanted(free, 'ERR000001')
    const plan = await free.client.ask(showPlan, {})
    assert.deepEqual([plan.microdollars, plan.priceUnknown, plan.batches[0]?.microdollars], [null, '', null])
    await free.close()
    const mute = await world({ quote: () => Promise.reject(new Problem('unreachable', 'nobody answers')) })
    await wanted(mute, 'ERR000001')
    const told = await mute.client.ask(showPlan, {})
    assert.deepEqual([told.microdollars, told.priceUnknown], [null, 'nobody answers'])
  })
})

test('what spends shows its price first', async () => {
  const on = await world()
  await learnt(on)
  await wanted(on, 'ERR000001')
  await on.ledger.write(tx => tx.updateTable('deliveries').set({ state: 'failed', reason: 'DL_MD5' }).execute())
  const body = { runs: ['ERR000001'], taxId: null, which: 'failed' as const, dryRun: true }
  const would = await on.client.ask(retryRuns, { body })
  assert.ok((would.microdollars?.likely ?? 0) >= 10_000, 'the minimum charge at least')
  const add = {
    asked: ['623'],
    scope: 'alone' as const,
    settings: {},
    force: false,
    reach: { kind: 'all' as const },
    dryRun: true,
  }
  const { taxa } = await on.client.ask(addTaxa, { body: add })
  assert.equal(taxa[0]?.microdollars === null, taxa[0]?.runsWithinReach === null)
})

test('the status tells what is spent, set aside and allowed, and what machines cost a day', async () => {
  const on = await world({ spend: { ...noCaps, monthMicrodollars: 5_000_000 } })
  await learnt(on)
  await on.rows.worker('a2', { state: 'working', machine_id: 'm2', held_since: noon.toISOString() })
  await on.rows.cost('m2', 'a2', 0)
  await on.ledger.write(async tx => {
    await tx.updateTable('costs').set({ to_at: null }).where('machine_id', '=', 'm2').execute()
    const reserved = { microdollars: 500_000, microdollars_per_hour: 36_000, minimum_seconds: 0, minimum_microdollars: 0 }
    const made = { size: '', made_at: noon.toISOString(), renewals: 0, freed_at: null }
    await tx
      .insertInto('reservations')
      .values({ attempt_id: 'a2', charged_tax_id: 624, ...reserved, ...made })
      .execute()
  })
  on.pass(7200)
  const { money } = await on.client.ask(showStatus, {})
  assert.deepEqual(money, {
    spentMicrodollars: 144_000,
    reservedMicrodollars: 428_000,
    capMicrodollars: 5_000_000,
    softCapMicrodollars: null,
    dailyMicrodollars: 864_000,
    heldDailyMicrodollars: 864_000,
    delivered: 0,
  })
  const [worker] = (await on.client.ask(listWorkers, {})).rows
  assert.deepEqual([worker?.microdollars, worker?.dailyMicrodollars], [72_000, 864_000])
  const [batch] = (await on.client.ask(listBatches, {})).rows
  assert.equal(batch?.microdollars, 72_000)
})

test('the fate of a run tells its share of a machine that is still there', async () => {
  const on = await world()
  await wanted(on, 'ERR000001')
  await on.rows.batch('b2')
  await on.rows.attempt('a2', 'b2', { machine_id: 'm2' })
  for (const run of ['ERR000001', 'ERR000002']) await on.rows.attemptRun('a2', run, { delivery_id: `d-${run}` })
  await on.rows.cost('m2', 'a2', 0)
  await on.ledger.write(tx => tx.updateTable('costs').set({ to_at: null }).execute())
  on.pass(3600)
  const { deliveries } = await on.client.ask(showRun, { params: { accession: 'ERR000001' } })
  const [attempt] = deliveries[0]?.attempts ?? []
  assert.deepEqual([attempt?.machineSeconds, attempt?.microdollars], [1800, 18_000])
})
