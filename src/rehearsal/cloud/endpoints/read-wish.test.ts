import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestCloud, testKey } from '../open-test-cloud.ts'
import { snapshotId } from '../world/image.ts'

const refused: [string, Record<string, unknown>, RegExp][] = [
  ['a name with an underscore', { name: 'mf_a' }, /valid hostname characters/],
  ['a name that ends in a hyphen', { name: 'mf-' }, /valid hostname characters/],
  ['an empty name', { name: '' }, /valid hostname characters/],
  ['a name of 256 characters', { name: 'a'.repeat(256) }, /too long/],
  ['name and names together', { names: ['mf-b'] }, /one of name and names/],
  ['neither name nor names', { name: undefined }, /one of name and names/],
  ['eleven names', { name: undefined, names: Array.from({ length: 11 }, (_, at) => `mf-${at}`) }, /maximum of 10/],
  ['no names at all', { name: undefined, names: [] }, /blank/],
  ['no size', { size: undefined }, /size/],
  ['an unknown size', { size: 's-3vcpu-5gb' }, /invalid size/],
  ['a size that is no longer sold', { size: 's-3vcpu-1gb' }, /not available in this region/],
  ['a size that the region does not sell', { size: 'so-2vcpu-16gb', region: 'lon1' }, /not available in this region/],
  ['an unknown region', { region: 'mars1' }, /invalid region/],
  ['a region that takes nothing new', { region: 'nyc2' }, /not available in this region/],
  ['no image', { image: undefined }, /image/],
  ['an unknown image', { image: 'debian-7-x64' }, /invalid image/],
  ['a snapshot in a region that has it not', { image: snapshotId, region: 'sgp1' }, /image .* not available/],
  ['a snapshot on a disk that is too small', { image: snapshotId, size: 's-1vcpu-512mb-10gb' }, /larger disk/],
  ['a key that the account does not know', { ssh_keys: ['3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45'] }, /invalid key/],
  ['user-data beyond 64 KiB', { user_data: 'ä'.repeat(32 * 1024 + 1) }, /User data is too long/],
  ['user-data that is no text', { user_data: { a: 1 } }, /user_data/],
  ['a tag with a dot', { tags: ['mf.a'] }, /tag "mf\.a"/],
  ['a tag with an equals sign', { tags: ['mf', 'a=b'] }, /tag "a=b"/],
  ['a tag of 256 characters', { tags: ['a'.repeat(256)] }, /tag/],
  ['a network of another region', { vpc_uuid: '5a4981aa-9653-4bd1-bef5-000000000001' }, /VPC/],
]

test('a create that is not as published is refused with 422, and makes nothing', async t => {
  const cloud = await openTestCloud(t)
  for (const [what, wish, words] of refused) {
    const { status, body } = await cloud.create(wish)
    assert.equal(status, 422, what)
    assert.partialDeepStrictEqual(body, { id: 'unprocessable_entity' }, what)
    assert.match((body as { message: string }).message, words, what)
  }
  assert.deepEqual(cloud.world.all(), [])
  assert.deepEqual(cloud.world.tags.all(), [])
})

test('a body that is no JSON is refused with 400', async t => {
  const cloud = await openTestCloud(t)
  const headers = { authorization: 'Bearer dop_v1_rehearsal' }
  const { status } = await fetch(`${cloud.url}/v2/droplets`, { method: 'POST', headers, body: '{"name":' })
  assert.equal(status, 400)
})

test('everything that is published may be asked for', async t => {
  const cloud = await openTestCloud(t)
  const key = await cloud.ask('POST', 'account/keys', { name: 'mine', public_key: testKey })
  const { id, fingerprint } = (key.body as { ssh_key: { id: number; fingerprint: string } }).ssh_key
  const accepted: Record<string, unknown>[] = [
    { name: 'A' },
    { name: 'a'.repeat(255) },
    { name: 'Host.example.org' },
    { region: undefined },
    { region: null },
    { image: snapshotId, region: 'fra1' },
    { image: String(snapshotId), region: 'lon1' },
    { ssh_keys: [id] },
    { ssh_keys: [fingerprint] },
    { user_data: 'ä'.repeat(32 * 1024) },
    { tags: ['a:b-c_D9', 'x'.repeat(255)] },
    { vpc_uuid: '5a4981aa-9653-4bd1-bef5-000000000003' },
    { monitoring: true, ipv6: false, backups: false, with_droplet_agent: false, volumes: [] },
  ]
  for (const wish of accepted) assert.equal((await cloud.create(wish)).status, 202, JSON.stringify(wish))
  assert.equal(cloud.world.all().at(7)?.sshKeys[0], testKey)
})

test('the beginning of a region takes one of its data centres that sells the size', async t => {
  const cloud = await openTestCloud(t)
  const region = async (wish: Record<string, unknown>) => cloud.world.look(await cloud.born(wish))?.region.slug
  assert.equal(await region({ region: 'nyc' }), 'nyc1')
  cloud.change({ kind: 'set-region', slug: 'nyc1', available: false })
  assert.equal(await region({ region: 'nyc' }), 'nyc3')
  assert.equal(await region({ region: undefined, size: 'so-2vcpu-16gb' }), 'fra1')
})

test('ten names make ten droplets with an action each', async t => {
  const cloud = await openTestCloud(t)
  const names = Array.from({ length: 10 }, (_, at) => `mf-${at}`)
  const { status, body } = await cloud.create({ name: undefined, names })
  const shown = body as { droplets: { name: string }[]; links: { actions: unknown[] } }
  assert.equal(status, 202)
  assert.deepEqual(
    shown.droplets.map(({ name }) => name),
    names,
  )
  assert.equal(shown.links.actions.length, 10)
})

test("creates beyond the account's limit are refused with the recorded words, and droplets that are gone do not count", async t => {
  const cloud = await openTestCloud(t, { dropletLimit: 2 })
  const first = await cloud.born()
  assert.equal((await cloud.create({ name: undefined, names: ['mf-a', 'mf-b'] })).status, 422)
  await cloud.born()
  assert.deepEqual((await cloud.create()).body, {
    id: 'unprocessable_entity',
    message: 'creating this/these droplet(s) will exceed your droplet limit',
  })
  await cloud.pass(120)
  await cloud.ask('DELETE', `droplets/${first}`)
  await cloud.pass(20)
  assert.equal((await cloud.create()).status, 202)
})

test('a locked account creates nothing', async t => {
  const cloud = await openTestCloud(t)
  cloud.change({ kind: 'set-account', account: { status: 'locked', statusMessage: 'unpaid' } })
  assert.equal((await cloud.create()).status, 403)
  const { body } = await cloud.ask('GET', 'account')
  assert.partialDeepStrictEqual(body, { account: { status: 'locked', status_message: 'unpaid', droplet_limit: 500 } })
})

test('user-data with a character of four bytes is accepted, and the droplet is gone before it was active', async t => {
  const cloud = await openTestCloud(t)
  const id = await cloud.born({ user_data: '#cloud-config\n# 🧬\n' })
  await cloud.pass(60)
  assert.equal((await cloud.ask('GET', `droplets/${id}`)).status, 404)
  assert.equal(cloud.world.look(id)?.status, 'new')
})

test('a droplet without public networking shows a private address only', async t => {
  const cloud = await openTestCloud(t)
  const id = await cloud.born({ public_networking: false })
  await cloud.pass(120)
  const { body } = await cloud.ask('GET', `droplets/${id}`)
  const { v4 } = (body as { droplet: { networks: { v4: { type: string }[] } } }).droplet.networks
  assert.deepEqual(
    v4.map(({ type }) => type),
    ['private'],
  )
})
