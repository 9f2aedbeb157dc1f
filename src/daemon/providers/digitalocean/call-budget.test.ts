import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { makeInstantTiming } from '../../../../test/fakes/instant-timing.ts'
import { Problem } from '../../../core/problem.ts'
import { CallBudget, type Purpose } from './call-budget.ts'

const dateMs = Date.parse('2026-08-20T12:00:00Z')

function open() {
  const timing = makeInstantTiming()
  const budget = new CallBudget(timing, new AbortController().signal)
  /** One call, answered with these headers; its beginning in milliseconds. */
  const call = async (purpose: Purpose = 'ask', status = 200, headers: Record<string, string> = {}) => {
    const leave = await budget.enter(purpose)
    const atMs = timing.nowMs()
    budget.heard({ status, headers: new Headers({ date: new Date(dateMs).toUTCString(), ...headers }) })
    leave()
    return atMs
  }
  const pass = (ms: number) => timing.sleep(ms, new AbortController().signal)
  return { timing, budget, call, pass }
}

/** The budget as the API says it; the oldest call is forgotten in so many seconds. */
function left(remaining: number, resetInSeconds = 600): Record<string, string> {
  return {
    'ratelimit-limit': '100',
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(dateMs / 1000 + resetInSeconds),
  }
}

async function outcomeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'asked',
    (error: unknown) => (error instanceof Problem ? error.code : 'another error'),
  )
}

describe('the pace', () => {
  test('never lets more than four calls begin in a second, nor 250 in a minute, however many want to', async () => {
    const { timing, call } = open()
    const sleep = timing.sleep.bind(timing)
    // Whoever was let through begins before time goes on.
    timing.sleep = async (ms, signal) => {
      await turn()
      await sleep(ms, signal)
    }
    const begins = await Promise.all(Array.from({ length: 300 }, () => call()))
    assert.equal(begins.length, 300)
    for (const [place, atMs] of begins.entries()) {
      assert.ok(begins.slice(place).filter(one => one < atMs + 1000).length <= 4)
      assert.ok(begins.slice(place).filter(one => one < atMs + 60_000).length < 250)
    }
  })

  test('keeps everything back for as long as a 429 says, and believes of it only the minute', async () => {
    const { call, timing } = open()
    await call('ask', 429, { ...left(0), 'retry-after': '7' })
    assert.equal(await call('end'), 7000)
    assert.equal(await call('ask'), 7250)
    assert.deepEqual(timing.slept, [7000, 250])
  })

  test('tells to slow down, at once, when the wait is long', async () => {
    const { call, timing, pass } = open()
    await call('ask', 429, { 'retry-after': '90' })
    for (const purpose of ['ask', 'last look', 'end'] as const) assert.equal(await outcomeOf(call(purpose)), 'slow-down')
    assert.deepEqual(timing.slept, [])
    await pass(90_000)
    assert.equal(await outcomeOf(call()), 'asked')
  })
})

describe('the calls of the hour', () => {
  test('the last fifth is not for lists and creates, the last tenth not for looks, and all of it for ending droplets', async () => {
    const { call } = open()
    await call('ask', 200, left(20))
    assert.deepEqual([await outcomeOf(call('ask')), await outcomeOf(call('last look'))], ['slow-down', 'asked'])
    await call('end', 200, left(10))
    assert.deepEqual([await outcomeOf(call('last look')), await outcomeOf(call('end'))], ['slow-down', 'asked'])
    await call('end', 200, left(1))
    assert.equal(await outcomeOf(call('end')), 'asked')
  })

  test('calls come back one by one: after the reset a single call finds out, and the others wait for what it hears', async () => {
    const { budget, call, pass } = open()
    await call('ask', 200, left(20, 100))
    await pass(99_000)
    assert.equal(await outcomeOf(call()), 'slow-down')
    await pass(1000)
    const leave = await budget.enter('ask')
    assert.equal(await outcomeOf(call()), 'slow-down')
    budget.heard({ status: 200, headers: new Headers({ date: new Date(dateMs).toUTCString(), ...left(20, 30) }) })
    leave()
    assert.equal(await outcomeOf(call()), 'slow-down')
    await pass(30_000)
    await call('ask', 200, left(60))
    assert.equal(await outcomeOf(call()), 'asked')
  })

  test('a call that finds out and hears nothing does not keep the others back for ever', async () => {
    const { budget, call, pass } = open()
    await call('ask', 200, left(20, 1))
    await pass(1000)
    const leave = await budget.enter('ask')
    leave()
    assert.equal(await outcomeOf(call()), 'slow-down')
    await pass(5000)
    assert.equal(await outcomeOf(call()), 'asked')
  })

  test('when none is left, what ends droplets waits for the first that comes back, if that is soon', async () => {
    const { call } = open()
    await call('end', 429, left(0, 12))
    assert.equal(await call('end', 200, left(0, 600)), 12_000)
    assert.equal(await outcomeOf(call('end')), 'slow-down')
  })

  test('a reset that is past, or further than an hour, is of another clock: a call a minute finds out', async () => {
    for (const resetInSeconds of [999_999, -21_600]) {
      const { call, pass } = open()
      await call('ask', 200, left(0, resetInSeconds))
      await pass(59_000)
      assert.equal(await outcomeOf(call()), 'slow-down')
      await pass(1000)
      assert.equal(await outcomeOf(call()), 'asked')
    }
  })

  test('calls under way are counted before they are answered', async () => {
    const { budget, call } = open()
    await call('ask', 200, left(22))
    const leaves = [await budget.enter('ask'), await budget.enter('ask')]
    assert.equal(await outcomeOf(call()), 'slow-down')
    budget.heard({ status: 200, headers: new Headers({ date: new Date(dateMs).toUTCString(), ...left(21) }) })
    assert.equal(await outcomeOf(call()), 'slow-down')
    for (const leave of leaves) leave()
    assert.deepEqual(budget.left(), { limit: 100, remaining: 20 })
  })

  test('without a word of the API nothing is held back', async () => {
    const { budget, call } = open()
    assert.equal(await call(), 0)
    assert.equal(budget.left(), undefined)
    await call('ask', 200, { 'ratelimit-remaining': 'many', 'ratelimit-reset': '-1' })
    assert.equal(budget.left(), undefined)
  })
})
