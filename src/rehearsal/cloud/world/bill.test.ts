import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestCloud } from '../open-test-cloud.ts'
import { billOf, centsOf, partsPerDollar } from './bill.ts'

test('a second costs a 3,600th of the hourly price, exactly', async t => {
  const cloud = await openTestCloud(t, { destroy: [0, 0] })
  const id = await cloud.born({ size: 's-8vcpu-16gb' })
  await cloud.pass(36_000)
  await cloud.ask('DELETE', `droplets/${id}`)
  await cloud.pass(1_000_000)
  const bill = cloud.bill()
  // Ten hours at $0.14286.
  assert.equal(bill.parts * 100_000n, 142_860n * partsPerDollar)
  assert.equal(bill.cents, 143n)
  assert.partialDeepStrictEqual(bill.lines[0], { seconds: 36_000, chargedSeconds: 36_000, by: 'destroyed' })
})

test('a droplet costs a cent at least, and a minute at least', async t => {
  const cloud = await openTestCloud(t, { destroy: [0, 0], boot: [1, 1] })
  const cheap = await cloud.born({ size: 's-1vcpu-1gb' })
  const dear = await cloud.born({ size: 'm-16vcpu-128gb', region: 'fra1' })
  await cloud.pass(20)
  for (const id of [cheap, dear]) await cloud.ask('DELETE', `droplets/${id}`)
  await cloud.pass(3600)
  const [first, second] = cloud.bill().lines
  assert.equal(first?.parts, partsPerDollar / 100n)
  // 60 s of $1.00 an hour are more than a cent.
  assert.equal(second?.parts, partsPerDollar / 60n)
  assert.equal(second?.chargedSeconds, 60)
})

test('what never became active, was off, vanished, or was gone after the accept is billed to its end', async t => {
  const cloud = await openTestCloud(t, { destroy: [0, 0], boot: [30, 30] })
  cloud.arm({ fault: 'never-active', match: { name: 'mf-never' } })
  cloud.arm({ fault: 'gone-after-accept', match: { name: 'mf-gone' }, seconds: 100 })
  cloud.arm({ fault: 'vanish', match: { name: 'mf-vanish' }, seconds: 170 })
  cloud.arm({ fault: 'off', match: { name: 'mf-off' } })
  cloud.arm({ fault: 'twins', match: { name: 'mf-twins' } })
  const ids: number[] = []
  for (const name of ['never', 'gone', 'vanish', 'off', 'twins']) {
    ids.push(await cloud.born({ name: `mf-${name}`, size: 'm-16vcpu-128gb' }))
  }
  await cloud.pass(7200)
  await cloud.ask('DELETE', `droplets/${ids[0]}`)
  await cloud.ask('DELETE', `droplets/${ids[3]}`)
  await cloud.pass(10)
  const lines = cloud.bill().lines.map(({ name, seconds, by }) => ({ name, seconds, by }))
  assert.deepEqual(lines, [
    { name: 'mf-never', seconds: 7200, by: 'destroyed' },
    { name: 'mf-gone', seconds: 100, by: 'no-capacity' },
    { name: 'mf-vanish', seconds: 200, by: 'vanished' },
    { name: 'mf-off', seconds: 7200, by: 'destroyed' },
    { name: 'mf-twins', seconds: 7210, by: 'running' },
    { name: 'mf-twins', seconds: 7210, by: 'running' },
  ])
})

test('a refused create costs nothing, and a droplet that comes back was never gone', async t => {
  const cloud = await openTestCloud(t, { destroy: [0, 0], boot: [10, 10] })
  cloud.arm({ fault: 'droplet-limit' })
  assert.equal((await cloud.create()).status, 422)
  assert.equal(cloud.bill().parts, 0n)
  cloud.arm({ fault: 'comes-back', seconds: 1000 })
  const id = await cloud.born()
  await cloud.pass(500)
  await cloud.ask('DELETE', `droplets/${id}`)
  await cloud.pass(1500)
  await cloud.ask('DELETE', `droplets/${id}`)
  await cloud.pass(100)
  assert.partialDeepStrictEqual(cloud.bill().lines, [{ seconds: 2000, by: 'destroyed' }])
})

test('a droplet keeps the price that it was made at', async t => {
  const cloud = await openTestCloud(t)
  await cloud.born()
  cloud.change({ kind: 'set-size', slug: 's-1vcpu-1gb', sold: { hourlyPrice: 100_000 } })
  await cloud.born()
  await cloud.pass(36_000)
  // Ten hours at $0.00893, and ten at $1.00.
  assert.deepEqual(
    cloud.bill().lines.map(({ parts }) => parts),
    [893n * 36_000n, 10n * partsPerDollar],
  )
})

test('a second that has begun counts', async t => {
  const cloud = await openTestCloud(t, { destroy: [0, 0], boot: [1, 1] })
  const id = await cloud.born()
  await cloud.pass(100.2)
  await cloud.ask('DELETE', `droplets/${id}`)
  assert.partialDeepStrictEqual(cloud.bill().lines, [{ seconds: 101, chargedSeconds: 101 }])
})

test('the sum is rounded once, half up', () => {
  assert.equal(centsOf(partsPerDollar / 200n), 1n)
  assert.equal(centsOf(partsPerDollar / 200n - 1n), 0n)
  assert.equal(billOf([], 0).cents, 0n)
})

test('the bill is the same when it is reckoned by hand for many droplets', async t => {
  const cloud = await openTestCloud(t, { destroy: [0, 0], boot: [1, 1] })
  let byHand = 0
  const sizes = [
    ['s-1vcpu-1gb', 0.00893],
    ['s-4vcpu-8gb', 0.07143],
    ['m-2vcpu-16gb', 0.125],
  ] as const
  for (let n = 0; n < 40; n++) {
    const [size, hourly] = sizes[n % sizes.length] ?? sizes[0]
    const seconds = 7 + n * 211
    const id = await cloud.born({ size })
    await cloud.pass(seconds)
    assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
    byHand += Math.max(0.01, (Math.max(60, seconds) / 3600) * hourly)
  }
  assert.ok(Math.abs(Number(cloud.bill().parts) / Number(partsPerDollar) - byHand) < 1e-9)
})
