import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Scope } from '../../../rehearsal/cloud/api-token.ts'
import type { CloudOptions } from '../../../rehearsal/cloud/open-cloud.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { openCloudUnderTest } from './testing/cloud-under-test.ts'

async function open(t: TestContext, changes: Partial<DigitalOceanOptions> = {}, cloudOptions: CloudOptions = {}) {
  const under = await openCloudUnderTest(cloudOptions, changes)
  t.after(under.close)
  const quoted = async (memoryGb = 1, diskBytes = 1) => {
    const answer = await under.provider.quote?.({ memoryGb, diskBytes })
    return answer?.kind === 'quoted' ? `${answer.quote.size} in ${answer.quote.region}` : answer?.why
  }
  return { ...under, quoted }
}

test('what is offered is asked for once in an hour, and a clock that was set back does not keep it for longer', async t => {
  const { cloud, quoted, pass } = await open(t)
  for (let quotes = 0; quotes < 5; quotes++) assert.equal(await quoted(), 's-1vcpu-1gb in fra1')
  assert.deepEqual(cloud.calls.numbers(), { 'GET /v2/sizes 200': 1, 'GET /v2/images/{image} 200': 1 })
  await pass(3600)
  await quoted()
  assert.equal(cloud.calls.count('GET /v2/sizes'), 2)
  await pass(-7200)
  await quoted()
  assert.equal(cloud.calls.count('GET /v2/sizes'), 3)
})

test('a snapshot is used where it is, on disks that hold it', async t => {
  const { cloud, quoted, provider, newName, newBoot } = await open(t, { image: '7777' })
  const [anImage] = cloud.world.images
  assert.ok(anImage !== undefined)
  cloud.world.images.push({ ...anImage, id: 7777, slug: undefined, isPublic: false, regions: ['ams3'], minDiskGb: 50 })
  assert.equal(await quoted(), 's-1vcpu-2gb in ams3')
  const found = await provider.quote?.({ memoryGb: 1, diskBytes: 1 })
  assert.ok(found?.kind === 'quoted')
  assert.equal((await provider.create(newName(), { ...newBoot(), quote: found.quote })).kind, 'created')
  assert.equal((await provider.create(newName(), newBoot())).kind, 'refused')
})

test('a token that may not look at images, and an image that is not there, are told by the create, not by the quote', async t => {
  const scopes: Scope[] = ['account:read', 'droplet:create', 'droplet:read', 'sizes:read', 'tag:create', 'tag:read']
  const blind = await open(t, { token: 'blind' }, { tokens: [{ token: 'blind', name: 'blind', scopes }] })
  assert.equal(await blind.quoted(), 's-1vcpu-1gb in fra1')
  const wrong = await open(t, { image: 'debian-99-x64' })
  assert.equal(await wrong.quoted(), 's-1vcpu-1gb in fra1')
  const created = await wrong.provider.create(wrong.newName(), wrong.newBoot())
  assert.equal(created.kind, 'refused')
})

test('an API that cannot be asked is a fault, and the next quote asks again', async t => {
  const { cloud, quoted } = await open(t)
  cloud.arm({ fault: 'html-503', times: 3, match: { kind: 'GET /v2/sizes' } })
  await assert.rejects(quoted(), { code: 'unreachable' })
  cloud.arm({ fault: 'server-error', times: 3, match: { kind: 'GET /v2/images/{image}' } })
  await assert.rejects(quoted(), { code: 'unreachable' })
  assert.equal(await quoted(), 's-1vcpu-1gb in fra1')
})

test('a region of the settings that has closed is passed over', async t => {
  const { cloud, quoted } = await open(t, { regions: ['nyc2', 'fra1'] })
  for (const { slug, regions } of cloud.world.sizes) {
    cloud.change({ kind: 'set-size', slug, sold: { regions: regions.filter(region => region !== 'nyc2') } })
  }
  assert.equal(await quoted(), 's-1vcpu-1gb in fra1')
})

test('what is quoted can be made, for every need that is met', async t => {
  const under = await open(t, { regions: ['sgp1', 'fra1'] })
  for (const memoryGb of [0.5, 1, 2, 4, 8, 16, 32, 64]) {
    const quoted = await under.provider.quote?.({ memoryGb, diskBytes: memoryGb * 2e9 })
    assert.ok(quoted?.kind === 'quoted')
    const machine = await under.made(under.newName(), { ...under.newBoot(), quote: quoted.quote })
    assert.deepEqual(machine.price, quoted.quote.price)
  }
})
