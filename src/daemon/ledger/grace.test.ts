import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { graceUntil, noteRound } from './grace.ts'
import type { Ledger } from './ledger.ts'
import { openLedger } from './open-ledger.ts'

const period = 30
const grace = 300
let ledger: Ledger
let nowMs = 0

beforeEach(async () => {
  ledger = await openLedger(':memory:')
  nowMs = Date.parse('2026-03-01T08:00:00.000Z')
})
afterEach(() => ledger.close())

async function roundAfter(seconds: number, startsHeartbeat = false): Promise<boolean> {
  nowMs += seconds * 1000
  await noteRound(ledger, new Date(nowMs), period, grace, startsHeartbeat)
  return (await graceUntil(ledger.read)) > nowMs
}

suite('the grace after an absence', () => {
  test('begins with the first round ever, after more than three periods, and when the clock goes back', async () => {
    assert.equal(await roundAfter(0), true)
    assert.equal(await roundAfter(grace), true, 'an absence of ten periods begins it anew')
    for (let count = 0; count < 20; count += 1) await roundAfter(period)
    assert.equal(await roundAfter(period), false)
    assert.equal(await roundAfter(-1), true)
  })

  test('ends under a heartbeat by cron, however many rounds each heartbeat has', async () => {
    const heartbeatAfter = async (seconds: number): Promise<boolean> => {
      const inGrace = await roundAfter(seconds, true)
      for (const rounds of [0.2, 0.2]) await roundAfter(rounds)
      return inGrace
    }
    for (let count = 0; count < 4; count += 1) await heartbeatAfter(300)
    assert.equal(await heartbeatAfter(300), false)
    assert.equal(await heartbeatAfter(1000), true, 'three heartbeats were left out')
  })

  test('begins when the computer slept, however long the daemon had been away before it started', async () => {
    await roundAfter(0)
    await roundAfter(8 * 3600)
    for (let count = 0; count < 100; count += 1) await roundAfter(5)
    assert.equal(await roundAfter(5), false)
    assert.equal(await roundAfter(2 * 3600), true)
  })
})
