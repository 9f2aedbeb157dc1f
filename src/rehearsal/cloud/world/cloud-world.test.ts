import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TestCloud, openTestCloud } from '../open-test-cloud.ts'

interface Shown {
  id: number
  name: string
  status: string
  tags: string[]
  networks: { v4: { ip_address: string; type: string }[] }
}

async function look(cloud: TestCloud, id: number): Promise<Shown | number> {
  const { status, body } = await cloud.ask('GET', `droplets/${id}`)
  return status === 200 ? (body as { droplet: Shown }).droplet : status
}

async function listed(cloud: TestCloud, query = 'per_page=200'): Promise<number[]> {
  const { body } = await cloud.ask('GET', `droplets?${query}`)
  return (body as { droplets: Shown[] }).droplets.map(({ id }) => id)
}

const message = (body: unknown) => (body as { message: string }).message

test('a droplet is new without addresses, then active, then has a private and a public address', async t => {
  const cloud = await openTestCloud(t, { boot: [30, 30], address: [4, 4] })
  const id = await cloud.born()
  await cloud.pass(29)
  assert.partialDeepStrictEqual(await look(cloud, id), { status: 'new', networks: { v4: [] } })
  await cloud.pass(1)
  assert.partialDeepStrictEqual(await look(cloud, id), { status: 'active', networks: { v4: [] } })
  await cloud.pass(4)
  const shown = (await look(cloud, id)) as Shown
  assert.deepEqual(
    shown.networks.v4.map(({ type }) => type),
    ['private', 'public'],
  )
})

test('a droplet is found by its number before lists show it, and lists show it for a while after it is gone', async t => {
  const cloud = await openTestCloud(t, { newInList: [5, 5], goneFromList: [7, 7], destroy: [3, 3], boot: [10, 10] })
  const id = await cloud.born()
  assert.notEqual(await look(cloud, id), 404)
  assert.deepEqual(await listed(cloud), [])
  await cloud.pass(15)
  assert.deepEqual(await listed(cloud), [id])
  assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
  assert.partialDeepStrictEqual(await look(cloud, id), { status: 'active' })
  await cloud.pass(3)
  assert.equal(await look(cloud, id), 404)
  assert.deepEqual(await listed(cloud), [id])
  await cloud.pass(7)
  assert.deepEqual(await listed(cloud), [])
  assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 404)
})

test('a delete is refused while the create event runs and while a delete runs', async t => {
  const cloud = await openTestCloud(t, { boot: [200, 200], createEventSeconds: 60 })
  const id = await cloud.born()
  const early = await cloud.ask('DELETE', `droplets/${id}`)
  assert.equal(early.status, 422)
  assert.deepEqual(early.body, { id: 'unprocessable_entity', message: 'Droplet already has a pending event.' })
  await cloud.pass(60)
  assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
  const twice = await cloud.ask('DELETE', `droplets/${id}`)
  assert.equal(twice.status, 422)
  assert.match(message(twice.body), /destroy is already in progress/)
})

test('an address of a destroyed droplet goes to a new one soon', async t => {
  const cloud = await openTestCloud(t, { addressReuse: 1 })
  const old = await cloud.born()
  await cloud.pass(120)
  await cloud.ask('DELETE', `droplets/${old}`)
  await cloud.pass(60)
  const young = await cloud.born()
  assert.equal(cloud.world.look(young)?.publicAddress, cloud.world.look(old)?.publicAddress)
  assert.equal(cloud.world.look(young)?.privateAddress, cloud.world.look(old)?.privateAddress)
})

test('no two droplets that are there have the same address', async t => {
  const cloud = await openTestCloud(t)
  for (let round = 0; round < 6; round++) {
    const names = Array.from({ length: 10 }, (_, at) => `mf-${round}-${at}`)
    await cloud.create({ names, name: undefined, tags: [`round:${round}`] })
    await cloud.pass(120)
    const addresses = cloud.world.living().flatMap(droplet => [droplet.publicAddress, droplet.privateAddress])
    assert.equal(new Set(addresses).size, addresses.length)
    if (round % 2 === 0) await cloud.ask('DELETE', `droplets?tag_name=round:${round}`)
    await cloud.pass(20)
  }
  assert.equal(cloud.world.living().length, 30)
})

test('a droplet that is switched off is there as off, until it is destroyed', async t => {
  const cloud = await openTestCloud(t)
  const id = await cloud.born()
  await cloud.pass(120)
  const { status, body } = await cloud.ask('POST', `droplets/${id}/actions`, { type: 'power_off' })
  assert.equal(status, 201)
  assert.equal((body as { action: { status: string } }).action.status, 'in-progress')
  assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 422)
  await cloud.pass(10)
  assert.partialDeepStrictEqual(await look(cloud, id), { status: 'off' })
  assert.equal((await cloud.ask('POST', `droplets/${id}/actions`, { type: 'power_off' })).status, 422)
  assert.equal((await cloud.ask('DELETE', `droplets/${id}`)).status, 204)
})

test('a droplet that its own host switched off is shown as off', async t => {
  const cloud = await openTestCloud(t)
  const id = await cloud.born()
  await cloud.pass(120)
  cloud.world.noteOff(id)
  assert.partialDeepStrictEqual(await look(cloud, id), { status: 'off' })
})

test('tags keep their first spelling, and a list by tag wants it', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  const first = await cloud.born({ tags: ['MF-env-a'] })
  const second = await cloud.born({ tags: ['mf-ENV-a', 'mf-env-A', 'other'] })
  assert.deepEqual(((await look(cloud, second)) as Shown).tags, ['MF-env-a', 'other'])
  assert.deepEqual(await listed(cloud, 'tag_name=MF-env-a'), [second, first])
  assert.deepEqual(await listed(cloud, 'tag_name=mf-env-a'), [])
  assert.equal((await cloud.ask('GET', 'tags/MF-env-a')).status, 200)
  assert.equal((await cloud.ask('GET', 'tags/mf-env-a')).status, 404)
})

test('a person can put a tag on a droplet and take it off', async t => {
  const cloud = await openTestCloud(t)
  const id = await cloud.born()
  const resources = { resources: [{ resource_id: String(id), resource_type: 'droplet' }] }
  assert.equal((await cloud.ask('POST', 'tags/mf-keep/resources', resources)).status, 404)
  await cloud.ask('POST', 'tags', { name: 'mf-keep' })
  assert.equal((await cloud.ask('POST', 'tags/mf-keep/resources', resources)).status, 204)
  assert.deepEqual(((await look(cloud, id)) as Shown).tags, ['mf-keep'])
  assert.equal((await cloud.ask('DELETE', 'tags/mf-keep/resources', resources)).status, 204)
  assert.deepEqual(((await look(cloud, id)) as Shown).tags, [])
})

test('names need not be unique, and a list by name does not look at case', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  const first = await cloud.born({ name: 'mf-Same' })
  const second = await cloud.born({ name: 'mf-same' })
  await cloud.born({ name: 'mf-same-not' })
  assert.deepEqual(await listed(cloud, 'name=MF-SAME'), [second, first])
  assert.equal((await cloud.ask('GET', 'droplets?name=a&tag_name=b')).status, 422)
  assert.deepEqual(await listed(cloud, 'type=gpus'), [])
})

test('a delete by tag ends all with the tag and nothing else', async t => {
  const cloud = await openTestCloud(t)
  const [a, b, other] = [await cloud.born({ tags: ['x'] }), await cloud.born({ tags: ['x'] }), await cloud.born({ tags: ['y'] })]
  await cloud.pass(120)
  assert.equal((await cloud.ask('DELETE', 'droplets?tag_name=x')).status, 204)
  await cloud.pass(20)
  assert.deepEqual([await look(cloud, a), await look(cloud, b)], [404, 404])
  assert.notEqual(await look(cloud, other), 404)
  assert.equal((await cloud.ask('DELETE', 'droplets')).status, 422)
})

test('equal seeds and equal calls give equal worlds, and other seeds others', async t => {
  const history = async (seed: number) => {
    const cloud = await openTestCloud(t, { seed })
    for (let n = 0; n < 12; n++) {
      const id = await cloud.born({ name: `mf-${n}` })
      await cloud.pass(90)
      if (n % 2 === 0) await cloud.ask('DELETE', `droplets/${id}`)
    }
    return cloud.world.all().map(({ publicAddress, ended }) => ({ publicAddress, ended }))
  }
  assert.deepEqual(await history(7), await history(7))
  assert.notDeepEqual(await history(7), await history(8))
})
