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

async function roundAfter(seconds: number): Promise<boolean> {
  nowMs += seconds * 1000
  await noteRound(ledger, new Date(nowMs), period, grace)
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
    await roundAfter(0)
    for (let heartbeat = 0; heartbeat < 3; heartbeat += 1) for (const seconds of [300, 0.2, 0.2]) await roundAfter(seconds)
    assert.equal(await roundAfter(300), false)
    assert.equal(await roundAfter(1000), true, 'three heartbeats were left out')
  })
})
