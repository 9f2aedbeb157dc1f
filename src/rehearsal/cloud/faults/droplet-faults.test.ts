import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostFault } from '../droplet-hosts.ts'
import { noHosts } from '../no-hosts.ts'
import { openTestCloud, type TestCloud } from '../open-test-cloud.ts'

interface Shown {
  id: number
  status: string
  networks: { v4: unknown[] }
}

async function statusOf(cloud: TestCloud, id: number): Promise<string | number> {
  const { status, body } = await cloud.ask('GET', `droplets/${id}`)
  return status === 200 ? (body as { droplet: Shown }).droplet.status : status
}

async function addressesOf(cloud: TestCloud, id: number): Promise<number> {
  const { body } = await cloud.ask('GET', `droplets/${id}`)
  return (body as { droplet: Shown }).droplet.networks.v4.length
}

async function listed(cloud: TestCloud, query = ''): Promise<number[]> {
  const { body } = await cloud.ask('GET', `droplets?per_page=200${query}`)
  return (body as { droplets: Shown[] }).droplets.map(({ id }) => id)
}

const actionOf = (cloud: TestCloud, id: number) => cloud.world.actions.ofDroplet(id).at(-1)?.status

test('a droplet can be gone after its create was accepted', async t => {
  const cloud = await openTestCloud(t)
  cloud.arm({ fault: 'gone-after-accept', seconds: 5 })
  const id = await cloud.born()
  assert.equal(await statusOf(cloud, id), 'new')
  await cloud.pass(5)
  assert.equal(await statusOf(cloud, id), 404)
  assert.equal(actionOf(cloud, id), 'errored')
  await cloud.pass(10)
  assert.deepEqual(await listed(cloud), [])
})

test('a create can err, be slow, or never end; the droplet can be destroyed all the same', async t => {
  const cloud = await openTestCloud(t)
  cloud.arm({ fault: 'create-errs', match: { name: 'mf-errs' } })
  cloud.arm({ fault: 'never-active', match: { name: 'mf-never' } })
  cloud.arm({ fault: 'slow-boot', match: { name: 'mf-slow' }, seconds: 500 })
  const [errs, never, slow] = [
    await cloud.born({ name: 'mf-errs' }),
    await cloud.born({ name: 'mf-never' }),
    await cloud.born({ name: 'mf-slow' }),
  ]
  await cloud.pass(499)
  assert.deepEqual([await statusOf(cloud, errs), actionOf(cloud, errs)], ['new', 'errored'])
  assert.deepEqual([await statusOf(cloud, never), actionOf(cloud, never)], ['new', 'in-progress'])
  assert.equal(await statusOf(cloud, slow), 'new')
  await cloud.pass(1)
  assert.deepEqual([await statusOf(cloud, slow), actionOf(cloud, slow)], ['active', 'completed'])
  for (const id of [errs, never, slow]) assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
  await cloud.pass(10)
  assert.deepEqual(cloud.world.living(), [])
})

test('an active droplet can show its addresses late, or never', async t => {
  const cloud = await openTestCloud(t, { boot: [10, 10] })
  cloud.arm({ fault: 'late-address', match: { name: 'mf-late' }, seconds: 300 })
  cloud.arm({ fault: 'no-address', match: { name: 'mf-none' } })
  const [late, none] = [await cloud.born({ name: 'mf-late' }), await cloud.born({ name: 'mf-none' })]
  await cloud.pass(309)
  assert.deepEqual([await addressesOf(cloud, late), await statusOf(cloud, late)], [0, 'active'])
  await cloud.pass(1)
  assert.equal(await addressesOf(cloud, late), 2)
  await cloud.pass(100_000)
  assert.deepEqual([await addressesOf(cloud, none), await statusOf(cloud, none)], [0, 'active'])
})

test('an active droplet can be dead inside', async t => {
  const hosts = noHosts()
  const cloud = await openTestCloud(t, { hosts })
  cloud.arm({ fault: 'dead-boot', match: { name: 'mf-dead' } })
  const dead = await cloud.born({ name: 'mf-dead' })
  const alive = await cloud.born()
  await cloud.pass(120)
  assert.deepEqual([await statusOf(cloud, dead), await addressesOf(cloud, dead)], ['active', 2])
  assert.deepEqual(
    hosts.on().map(({ id }) => id),
    [alive],
  )
})

test('a new droplet can be missing from lists, or altogether, for a while', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  cloud.arm({ fault: 'late-in-list', match: { name: 'mf-unlisted' }, seconds: 120 })
  cloud.arm({ fault: 'late-to-be-found', match: { name: 'mf-unfound' }, seconds: 30 })
  const [unlisted, unfound] = [await cloud.born({ name: 'mf-unlisted' }), await cloud.born({ name: 'mf-unfound' })]
  await cloud.pass(29)
  assert.deepEqual([await statusOf(cloud, unfound), await listed(cloud)], [404, []])
  assert.notEqual(await statusOf(cloud, unlisted), 404)
  await cloud.pass(1)
  assert.deepEqual(await listed(cloud), [unfound])
  await cloud.pass(90)
  assert.deepEqual(await listed(cloud), [unfound, unlisted])
})

test('one create can make two droplets, and tells of the first', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  cloud.arm({ fault: 'twins' })
  const id = await cloud.born({ tags: ['mf-attempt:1'] })
  await cloud.pass(1)
  assert.deepEqual(await listed(cloud, '&tag_name=mf-attempt:1'), [id + 1, id])
})

test('a list can miss the droplets that fit, as often as asked', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  const [a, b] = [await cloud.born({ name: 'mf-a' }), await cloud.born({ name: 'mf-b' })]
  await cloud.pass(1)
  cloud.arm({ fault: 'list-misses', match: { name: 'mf-a' }, times: 2 })
  assert.deepEqual([await listed(cloud), await listed(cloud), await listed(cloud)], [[b], [b], [b, a]])
  cloud.arm({ fault: 'list-misses' })
  assert.deepEqual([await listed(cloud), await listed(cloud)], [[], [b, a]])
})

test('a list can show what was, with states and all', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0], goneFromList: [0, 0], boot: [60, 60] })
  const old = await cloud.born()
  await cloud.pass(30)
  cloud.arm({ fault: 'list-frozen' })
  await cloud.pass(60)
  await cloud.ask('DELETE', `droplets/${old}`)
  const young = await cloud.born()
  await cloud.pass(30)
  const { body } = await cloud.ask('GET', 'droplets')
  assert.partialDeepStrictEqual(body, { droplets: [{ id: old, status: 'new' }], meta: { total: 1 } })
  assert.deepEqual(await listed(cloud), [young])
})

test('a delete that was accepted can be slow, be forgotten, or seem done when it is not', async t => {
  const cloud = await openTestCloud(t, { destroy: [1, 1], newInList: [0, 0], goneFromList: [0, 0] })
  const names = ['slow', 'forgotten', 'back', 'listed']
  const ids: number[] = []
  for (const name of names) ids.push(await cloud.born({ name: `mf-${name}` }))
  const [slow = 0, forgotten = 0, back = 0, inList = 0] = ids
  await cloud.pass(120)
  cloud.arm({ fault: 'slow-destroy', match: { name: 'mf-slow' }, seconds: 600 })
  cloud.arm({ fault: 'destroy-forgotten', match: { name: 'mf-forgotten' } })
  cloud.arm({ fault: 'comes-back', match: { name: 'mf-back' }, seconds: 3600 })
  cloud.arm({ fault: 'stays-in-list', match: { name: 'mf-listed' }, seconds: 300 })
  for (const id of ids) assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
  await cloud.pass(2)
  const statuses = async () => [await statusOf(cloud, slow), await statusOf(cloud, forgotten), await statusOf(cloud, back)]
  assert.deepEqual(await statuses(), ['active', 'active', 404])
  assert.deepEqual(await listed(cloud), [inList, forgotten, slow])
  assert.equal(await statusOf(cloud, inList), 404)
  await cloud.pass(600)
  assert.deepEqual(await statuses(), [404, 'active', 404])
  await cloud.pass(3600)
  assert.deepEqual(await statuses(), [404, 'active', 'active'])
  assert.deepEqual(await listed(cloud), [back, forgotten])
  for (const id of [forgotten, back]) assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
  await cloud.pass(2)
  assert.deepEqual(cloud.world.living(), [])
})

test('droplets that run can vanish, go off and be busy, those of now and those to come', async t => {
  const cloud = await openTestCloud(t, { boot: [10, 10] })
  const now = await cloud.born({ name: 'mf-vanish-1' })
  await cloud.pass(60)
  cloud.arm({ fault: 'vanish', match: { name: 'mf-vanish-*' }, times: 2, seconds: 30 })
  cloud.arm({ fault: 'off', match: { name: 'mf-off' } })
  cloud.arm({ fault: 'busy', match: { name: 'mf-busy' }, lastsSeconds: 300 })
  const later = await cloud.born({ name: 'mf-vanish-2' })
  const spared = await cloud.born({ name: 'mf-vanish-3' })
  const off = await cloud.born({ name: 'mf-off' })
  const busy = await cloud.born({ name: 'mf-busy' })
  await cloud.pass(30)
  assert.deepEqual([await statusOf(cloud, now), await statusOf(cloud, later)], [404, 'active'])
  assert.equal(await statusOf(cloud, off), 'off')
  assert.equal((await cloud.ask('DELETE', `droplets/${busy}`)).status, 422)
  await cloud.pass(10)
  assert.deepEqual([await statusOf(cloud, later), await statusOf(cloud, spared)], [404, 'active'])
  await cloud.pass(280)
  assert.equal((await cloud.ask('DELETE', `droplets/${busy}`)).status, 204)
})

test('what happens inside a droplet is handed to its host, and taken away again when its time is over', async t => {
  const told: string[] = []
  const hosts = noHosts({
    onHarm: ({ name }, fault) => void told.push(`${name} ${fault.kind}`),
    onHeal: ({ name }) => void told.push(`${name} healed`),
    onPowerOff: ({ name }) => void told.push(`${name} off`),
    onEnd: ({ name }) => void told.push(`${name} ended`),
  })
  const cloud = await openTestCloud(t, { hosts, boot: [10, 10], destroy: [1, 1] })
  const harms: HostFault[] = [
    { kind: 'lost' },
    { kind: 'slow', megabitsPerSecond: 1, lossPercent: 10, delayMs: 75 },
    { kind: 'frozen' },
    { kind: 'disk-full' },
    { kind: 'out-of-memory' },
  ]
  for (const host of harms) cloud.arm({ fault: 'host', match: { name: `mf-${host.kind}` }, host, seconds: 5, lastsSeconds: 20 })
  cloud.arm({ fault: 'off', match: { name: 'mf-lost' }, seconds: 60 })
  const ids: number[] = []
  for (const { kind } of harms) ids.push(await cloud.born({ name: `mf-${kind}` }))
  await cloud.pass(14)
  assert.deepEqual(told, [])
  await cloud.pass(1)
  assert.deepEqual(told.splice(0).sort(), harms.map(({ kind }) => `mf-${kind} ${kind}`).sort())
  await cloud.pass(20)
  assert.deepEqual(told.splice(0).sort(), harms.map(({ kind }) => `mf-${kind} healed`).sort())
  await cloud.pass(60)
  for (const id of ids) await cloud.ask('DELETE', `droplets/${id}`)
  await cloud.pass(1)
  assert.deepEqual(told.splice(0).sort(), ['mf-lost off', ...harms.map(({ kind }) => `mf-${kind} ended`)].sort())
})
