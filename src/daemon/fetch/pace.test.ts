import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeInstantTiming } from '../../../test/fakes/instant-timing.ts'
import { Fault } from './fault.ts'
import { Pace } from './pace.ts'

const open = new AbortController().signal

test('requests to one host are spaced evenly, and hosts do not wait for each other', async () => {
  const timing = makeInstantTiming()
  const pace = new Pace({ requestsPerSecond: 5, atMostAtOnce: 10 }, timing)
  await pace.enter('a', open)
  await pace.enter('b', open)
  assert.deepEqual(timing.slept, [])
  await pace.enter('a', open)
  await pace.enter('a', open)
  assert.deepEqual(timing.slept, [200, 200])
})

test('no more than so many requests are under way at once, and whoever waits longest is next', async () => {
  const pace = new Pace({ requestsPerSecond: 1000, atMostAtOnce: 2 }, makeInstantTiming())
  const order: string[] = []
  const first = await pace.enter('a', open)
  await pace.enter('a', open)
  const third = pace.enter('a', open).then(() => order.push('third'))
  const fourth = pace.enter('a', open).then(() => order.push('fourth'))
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(order, [])
  first()
  first()
  await third
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(order, ['third'], 'leaving twice frees one place only')
  void fourth
})

test('a host that asked for a short wait is waited for', async () => {
  const timing = makeInstantTiming()
  const pace = new Pace({ requestsPerSecond: 1000, atMostAtOnce: 2 }, timing)
  pace.hold('a', 7)
  await pace.enter('a', open)
  assert.deepEqual(timing.slept, [7000])
})

test('a wait that is asked for while a request already waits for its turn is kept too', async () => {
  const timing = makeInstantTiming()
  const pace = new Pace({ requestsPerSecond: 1, atMostAtOnce: 4 }, timing)
  await pace.enter('a', open)
  const second = pace.enter('a', open)
  pace.hold('a', 9)
  await second
  assert.ok(timing.nowMs() >= 9000)
})

test('a host that asked for a long wait is not asked, and the place is given back', async () => {
  const pace = new Pace({ requestsPerSecond: 1000, atMostAtOnce: 1 }, makeInstantTiming())
  pace.hold('a', 600)
  for (let times = 0; times < 2; times++) {
    await assert.rejects(
      pace.enter('a', open),
      (error: unknown) => error instanceof Fault && error.code === 'slow-down' && /600/.test(error.message),
    )
  }
  await pace.enter('b', open)
})

test('requests that are refused meanwhile do not delay those that come after', async () => {
  const timing = makeInstantTiming()
  const pace = new Pace({ requestsPerSecond: 1, atMostAtOnce: 1 }, timing)
  pace.hold('a', 61)
  for (let times = 0; times < 100; times++) await assert.rejects(pace.enter('a', open), { code: 'slow-down' })
  await timing.sleep(61_000, open)
  await pace.enter('a', open)
  assert.deepEqual(timing.slept, [61_000])
})

test('whoever waits when all is ended hears of it', async () => {
  const ending = new AbortController()
  const pace = new Pace({ requestsPerSecond: 1, atMostAtOnce: 1 }, makeInstantTiming())
  const leave = await pace.enter('a', ending.signal)
  const second = pace.enter('a', ending.signal)
  ending.abort(new Fault('unreachable', 'ended', { passing: false }))
  leave()
  await assert.rejects(second, /ended/)
})
