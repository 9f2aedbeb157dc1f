import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Selectable } from 'kysely'
import { beginCost, endCost, isClosed, noteDeletionAsked, resumeCost } from './costs.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './open-ledger.ts'
import { readBudget } from './read-budget.ts'
import { freeReservation, keepForGhosts, reserve, reserveAnew } from './reservations.ts'
import type { CostsTable } from './tables.ts'

const price = { microdollarsPerHour: 3_600_000, minimumSeconds: 60, minimumMicrodollars: 10_000 }
const begun = Date.parse('2026-03-31T23:00:00Z')

let ledger: Ledger
beforeEach(async () => {
  ledger = await openLedger(':memory:')
})
afterEach(() => ledger.close())

function at(seconds: number): Date {
  return new Date(begun + seconds * 1000)
}

async function begin(machineId: string, seconds = 0, attemptId: string | null = 'a1'): Promise<void> {
  const machine = { machineId, workerName: `mf-${attemptId}`, attemptId, chargedTaxId: 562, price, from: at(seconds) }
  await ledger.write(tx => beginCost(tx, machine))
}

async function ask(machineId: string, seconds: number): Promise<void> {
  await ledger.write(tx => noteDeletionAsked(tx, machineId, at(seconds)))
}

async function end(machineId: string, seconds: number): Promise<void> {
  await ledger.write(tx => endCost(tx, machineId, at(seconds)))
}

async function row(machineId: string): Promise<Selectable<CostsTable>> {
  return ledger.read.selectFrom('costs').selectAll().where('machine_id', '=', machineId).executeTakeFirstOrThrow()
}

async function dollars(seconds: number): Promise<[spent: number, reserved: number]> {
  const { all } = await readBudget(ledger.read, at(seconds))
  return [all.spent / 3.6e9, all.reserved / 3.6e9]
}

describe('the account of a machine ends', () => {
  test('when its deletion was asked for, however much later it is found gone', async () => {
    await begin('m')
    await ask('m', 100)
    await end('m', 9000)
    assert.deepEqual([(await row('m')).to_at, (await row('m')).microdollars], [at(100).toISOString(), 100_000])
  })

  test('at the last asking that still found it there, not at the one that was answered "gone"', async () => {
    await begin('m')
    for (const seconds of [100, 130, 160]) await ask('m', seconds)
    await end('m', 160)
    assert.equal((await row('m')).to_at, at(130).toISOString())
  })

  test('when it was found gone, if nobody had asked for that', async () => {
    await begin('m')
    await end('m', 200)
    assert.equal((await row('m')).microdollars, 200_000)
    await begin('n')
    await ask('n', 300)
    await end('n', 300)
    assert.equal((await row('n')).microdollars, 300_000)
  })

  test('with the minimum charge at least', async () => {
    await begin('m')
    await end('m', 1)
    assert.equal((await row('m')).microdollars, 60_000)
  })

  test('once: what is found gone again changes nothing', async () => {
    await begin('m')
    await end('m', 200)
    await end('m', 900)
    assert.equal((await row('m')).microdollars, 200_000)
  })

  test('not for good when the machine is there after all: it goes on from its beginning', async () => {
    await begin('m')
    await ask('m', 100)
    await end('m', 130)
    assert.equal(await isClosed(ledger.read, 'm'), true)
    await ledger.write(tx => resumeCost(tx, 'm'))
    assert.deepEqual([await isClosed(ledger.read, 'm'), await dollars(500)], [false, [500 / 1000, 0]])
    await end('m', 1000)
    assert.equal((await row('m')).microdollars, 1_000_000)
    await begin('m')
    assert.equal(await isClosed(ledger.read, 'm'), false)
  })
})

describe('what is set aside', () => {
  const wish = { attemptId: 'a1', chargedTaxId: 562, microdollars: 5_000_000, price, size: 's' }
  beforeEach(() => ledger.write(tx => reserve(tx, wish, at(0))))

  test('is drawn on by every machine of the attempt, and free when all of them are gone', async () => {
    await begin('m')
    await begin('twin', 0)
    assert.deepEqual(await dollars(1000), [2, 3])
    await end('m', 1000)
    assert.deepEqual(await dollars(2000), [3, 2])
    await end('twin', 2000)
    assert.deepEqual(await dollars(3000), [3, 0])
  })

  test('is free at once where the provider made nothing, and after a day where nobody knows', async () => {
    await ledger.write(tx => keepForGhosts(tx, 'a1', at(600)))
    assert.deepEqual(await dollars(600 + 86_399), [0, 5])
    assert.deepEqual(await dollars(600 + 86_400), [0, 0])
    await ledger.write(tx => freeReservation(tx, 'a1', at(700)))
    assert.deepEqual(await dollars(700), [0, 0])
  })

  test('pays for a ghost that boots later', async () => {
    await ledger.write(tx => keepForGhosts(tx, 'a1', at(600)))
    await begin('ghost', 700)
    assert.deepEqual(await dollars(1700), [1, 4])
    await end('ghost', 1700)
    assert.deepEqual(await dollars(1800), [1, 0])
  })

  test('is never less than nothing, and is set aside anew', async () => {
    await begin('m')
    assert.deepEqual(await dollars(3599), [3.599, 1.401])
    // A new month: only what it holds counts as spent.
    assert.deepEqual(await dollars(7200), [3.6, 0])
    await ledger.write(tx => reserveAnew(tx, { ...wish, microdollars: 3_000_000 }, at(7200)))
    assert.deepEqual(await dollars(7200), [3.6, 0.8])
  })

  test('is made where there was none', async () => {
    await begin('m', 0, 'a2')
    await ledger.write(tx => reserveAnew(tx, { ...wish, attemptId: 'a2' }, at(10)))
    const { all } = await readBudget(ledger.read, at(100))
    assert.equal(all.reserved / 3.6e9, 5 + 4.9)
  })
})
