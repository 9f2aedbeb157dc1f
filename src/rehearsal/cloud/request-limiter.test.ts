import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestCloud, testBegin } from './open-test-cloud.ts'
import { RequestLimiter } from './request-limiter.ts'

const published = { perHour: 5000, perMinute: 250, keyReadsPerMinute: 10 }
const second = 1000

test('the 251st request of a minute is refused, with retry-after, until the first is a minute old', () => {
  const limiter = new RequestLimiter(published)
  for (let n = 0; n < 250; n++) assert.equal(limiter.ask(false, n * 200).refusedBy, undefined)
  const refused = limiter.ask(false, 50 * second)
  assert.equal(refused.refusedBy, 'minute')
  assert.equal(refused.headers['retry-after'], '10')
  assert.equal(refused.headers['ratelimit-remaining'], '0')
  assert.equal(limiter.ask(false, 60 * second - 1).refusedBy, 'minute')
  assert.equal(limiter.ask(false, 60 * second).refusedBy, undefined)
  assert.equal(limiter.ask(false, 60 * second).refusedBy, 'minute', 'only one request has been forgotten')
})

test('the 5,001st request of an hour is refused without retry-after, and each is forgotten on its own', () => {
  const limiter = new RequestLimiter(published)
  for (let n = 0; n < 5000; n++) assert.equal(limiter.ask(false, n * 500).refusedBy, undefined)
  const refused = limiter.ask(false, 2600 * second)
  assert.equal(refused.refusedBy, 'hour')
  assert.deepEqual(refused.headers, { 'ratelimit-limit': '5000', 'ratelimit-remaining': '0', 'ratelimit-reset': '3600' })
  assert.equal(limiter.ask(false, 3600 * second).refusedBy, undefined)
  assert.equal(limiter.ask(false, 3600 * second).refusedBy, 'hour')
  assert.equal(limiter.ask(false, 3600.5 * second).refusedBy, undefined)
})

test('ratelimit-reset says when the oldest request is forgotten', () => {
  const limiter = new RequestLimiter(published)
  assert.equal(limiter.ask(false, 100 * second).headers['ratelimit-reset'], '3700')
  assert.equal(limiter.ask(false, 900 * second).headers['ratelimit-reset'], '3700')
  const later = limiter.ask(false, 3701 * second)
  assert.deepEqual(later.headers, { 'ratelimit-limit': '5000', 'ratelimit-remaining': '4998', 'ratelimit-reset': '4500' })
})

test('the eleventh list of keys in a minute is refused, and other calls are not', async t => {
  const cloud = await openTestCloud(t)
  for (let n = 0; n < 10; n++) assert.equal((await cloud.ask('GET', 'account/keys')).status, 200)
  const refused = await cloud.ask('GET', 'account/keys')
  assert.equal(refused.status, 429)
  assert.deepEqual(refused.body, { id: 'too_many_requests', message: 'API Rate limit exceeded.' })
  assert.equal(refused.headers.get('retry-after'), null)
  assert.equal((await cloud.ask('GET', 'account/keys/1')).status, 404)
  await cloud.pass(60)
  assert.equal((await cloud.ask('GET', 'account/keys')).status, 200)
})

test('each token has limits of its own, and the log tells what they refused', async t => {
  const tokens = ['a', 'b'].map(token => ({ token, name: token, scopes: 'all' as const }))
  const cloud = await openTestCloud(t, { tokens, limits: { ...published, perMinute: 3 } })
  const statuses: number[] = []
  for (const token of ['a', 'a', 'a', 'a', 'b']) statuses.push((await cloud.ask('GET', 'sizes', undefined, token)).status)
  assert.deepEqual(statuses, [200, 200, 200, 429, 200])
  assert.deepEqual(
    cloud.calls.limited().map(({ token, limitedBy, at }) => ({ token, limitedBy, at: at.toISOString() })),
    [{ token: 'a', limitedBy: 'minute', at: testBegin.replace('Z', '.000Z') }],
  )
  assert.deepEqual(cloud.calls.numbers(), { 'GET /v2/sizes 200': 4, 'GET /v2/sizes 429': 1 })
})

test('the log says the most calls of one token within a span', async t => {
  const cloud = await openTestCloud(t)
  for (const seconds of [0, 10, 10, 30, 30]) {
    await cloud.pass(seconds)
    await cloud.ask('GET', 'sizes')
  }
  await cloud.ask('GET', 'regions')
  // At 0, 10, 20, 50 and twice at 80 seconds.
  assert.equal(cloud.calls.mostWithin(60), 4)
  assert.equal(cloud.calls.mostWithin(60, 'GET /v2/regions'), 1)
  assert.equal(cloud.calls.mostWithin(1), 2)
  assert.equal(cloud.calls.count('GET /v2/sizes', 200), 5)
})
