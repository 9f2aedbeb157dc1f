import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { openSmallProxy } from '../../../../test/fakes/small-proxy.ts'
import type { CloudFaultWish } from '../../../rehearsal/cloud/faults/cloud-armory.ts'
import type { CloudOptions } from '../../../rehearsal/cloud/open-cloud.ts'
import { fetchThrough } from '../../fetch/fetch-through.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { openCloudUnderTest } from './testing/cloud-under-test.ts'

// What the API's troubles come to for whoever asks the provider; the droplets are only entries.

async function open(t: TestContext, cloud: CloudOptions = {}, changes: Partial<DigitalOceanOptions> = {}) {
  const under = await openCloudUnderTest(cloud, changes)
  t.after(under.close)
  return under
}

describe('a create whose answer is lost', () => {
  const faults: CloudFaultWish['fault'][] = [
    ...([
      'answer-lost',
      'answer-cut',
      'answer-garbled',
      'html-502-after',
      'html-503-after',
      'html-504-after',
      'answer-late',
    ] as const),
  ]
  for (const fault of faults) {
    test(`${fault}: is unknown, was asked for once, and its droplet is found by the tags that came with it`, async t => {
      const under = await open(t, {}, { callSeconds: fault === 'answer-late' ? 1 : 10 })
      under.cloud.arm({ fault })
      const boot = under.newBoot()
      const name = under.newName()
      assert.equal((await under.provider.create(name, boot)).kind, 'unknown')
      assert.equal(under.cloud.calls.count('POST /v2/droplets'), 1)
      await under.whenUp?.({} as never)
      assert.deepEqual(
        (await under.provider.list()).map(machine => [machine.name, machine.attemptId]),
        [[name, boot.attemptId]],
      )
    })
  }

  const without: CloudFaultWish['fault'][] = ['server-error', 'html-502', 'html-503', 'html-504', 'connection-cut', 'silence']
  for (const fault of without) {
    test(`${fault}: is unknown too, and nothing is there`, async t => {
      const under = await open(t, {}, { callSeconds: fault === 'silence' ? 1 : 10 })
      under.cloud.arm({ fault, match: { kind: 'POST /v2/droplets' } })
      assert.equal((await under.provider.create(under.newName(), under.newBoot())).kind, 'unknown')
      await under.pass(120)
      assert.deepEqual(await under.provider.list(), [])
      assert.equal(under.cloud.calls.count('POST /v2/droplets'), 1)
    })
  }
})

describe('a create that is refused', () => {
  const cases: [CloudFaultWish['fault'], string][] = [
    ['no-capacity', 'no-capacity'],
    ['droplet-limit', 'no-capacity'],
    ['try-again', 'wait'],
    ['burst-limit', 'wait'],
    ['hour-limit', 'wait'],
    ['forbidden', 'refused'],
    ['unauthorized', 'refused'],
  ]
  for (const [fault, kind] of cases) {
    test(`${fault}: ${kind}`, async t => {
      const under = await open(t)
      under.cloud.arm({ fault, match: { kind: 'POST /v2/droplets' } })
      assert.equal((await under.provider.create(under.newName(), under.newBoot())).kind, kind)
    })
  }

  test('a size that was sold out is quoted elsewhere, until it is tried again', async t => {
    const under = await open(t)
    const quotedRegion = async () => {
      const quoted = await under.provider.quote?.({ memoryGb: 1, diskBytes: 1 })
      return quoted?.kind === 'quoted' ? `${quoted.quote.size} ${quoted.quote.region}` : 'none'
    }
    assert.equal(await quotedRegion(), 's-1vcpu-1gb fra1')
    under.cloud.arm({ fault: 'no-capacity' })
    await under.provider.create(under.newName(), under.newBoot())
    assert.equal(await quotedRegion(), 's-1vcpu-1gb ams3')
    await under.pass(600)
    assert.equal(await quotedRegion(), 's-1vcpu-1gb fra1')
  })

  test('a size that is sold nowhere any more is known within the hour', async t => {
    const under = await open(t)
    const quoted = async () => (await under.provider.quote?.({ memoryGb: 1, diskBytes: 1 }))?.kind
    assert.equal(await quoted(), 'quoted')
    for (const { slug } of under.cloud.world.sizes) under.cloud.change({ kind: 'set-size', slug, sold: { available: false } })
    await under.pass(3599)
    assert.equal(await quoted(), 'quoted')
    await under.pass(1)
    assert.equal(await quoted(), 'none')
    assert.equal(under.cloud.calls.count('GET /v2/sizes'), 2)
  })
})

describe('droplets that are not born as they should be', () => {
  test('accepted and gone again: the machine was created, and is gone', async t => {
    const under = await open(t)
    under.cloud.arm({ fault: 'gone-after-accept' })
    const machine = await under.made()
    await under.pass(30)
    assert.deepEqual([await under.provider.find(machine.id), await under.provider.list()], ['gone', []])
  })

  test('never active: it stays new, and can be destroyed', async t => {
    const under = await open(t)
    under.cloud.arm({ fault: 'never-active' })
    const machine = await under.made()
    await under.pass(3600)
    assert.equal((await under.provider.list())[0]?.status, 'new')
    assert.equal(await under.provider.destroy(machine.id), 'going')
    await under.pass(60)
    assert.equal(await under.provider.destroy(machine.id), 'gone')
  })

  test('active without an address: it has none until the API shows one', async t => {
    const under = await open(t)
    under.cloud.arm({ fault: 'late-address', seconds: 300 })
    const machine = await under.made()
    const look = async () => (await under.provider.list()).map(({ status, address }) => [status, address !== undefined])
    await under.pass(120)
    assert.deepEqual(await look(), [['active', false]])
    await under.pass(300)
    assert.deepEqual(await look(), [['active', true]])
    const privately = await under.another({ addressKind: 'private' }).find(machine.id)
    const publicly = await under.provider.find(machine.id)
    assert.ok(typeof privately === 'object' && typeof publicly === 'object')
    assert.notEqual(privately.address, publicly.address)
  })

  test('twins: both are listed under the attempt', async t => {
    const under = await open(t)
    under.cloud.arm({ fault: 'twins' })
    const machine = await under.made()
    await under.pass(120)
    const listed = await under.provider.list()
    assert.deepEqual(
      listed.map(({ name, attemptId }) => [name, attemptId]),
      [
        [machine.name, machine.attemptId],
        [machine.name, machine.attemptId],
      ],
    )
    assert.equal(new Set(listed.map(({ id }) => id)).size, 2)
  })

  test('late in the list: it is found by its number all the same', async t => {
    const under = await open(t)
    under.cloud.arm({ fault: 'late-in-list', seconds: 120 })
    const machine = await under.made()
    await under.pass(100)
    assert.deepEqual(await under.provider.list(), [])
    assert.equal(typeof (await under.provider.find(machine.id)), 'object')
  })
})

describe('deletions that do not do what they should', () => {
  const wish = (fault: CloudFaultWish['fault'], more: Partial<CloudFaultWish> = {}): CloudFaultWish => ({ fault, ...more })
  const only = { kind: 'DELETE /v2/droplets/{id}' }
  const cases: [CloudFaultWish, string][] = [
    [wish('pending-event'), 'going'],
    [wish('destroy-forgotten'), 'going'],
    [wish('slow-destroy', { seconds: 600 }), 'going'],
    [wish('answer-lost', { match: only }), 'going'],
    [wish('destroy-error', { times: 3 }), 'unreachable'],
    [wish('burst-limit', { match: only, seconds: 60 }), 'slow-down'],
    [wish('hour-limit', { match: only, times: 3 }), 'slow-down'],
  ]
  for (const [fault, first] of cases) {
    test(`${fault.fault}: ${first} at first, and gone when it is asked for often enough, not before`, async t => {
      const under = await open(t)
      const machine = await under.made()
      await under.pass(120)
      under.cloud.arm(fault)
      const ask = () => under.provider.destroy(machine.id).catch((error: { code: string }) => error.code)
      assert.equal(await ask(), first)
      let asks = 0
      for (; asks < 500; asks++) {
        const answer = await ask()
        assert.equal(answer === 'gone', under.cloud.world.living().length === 0, answer)
        if (answer === 'gone') break
        await under.pass(30)
      }
      assert.ok(asks < 500)
    })
  }

  test('one that comes back is listed again', async t => {
    const under = await open(t, { goneFromList: [0, 0] })
    const machine = await under.made()
    await under.pass(120)
    under.cloud.arm({ fault: 'comes-back', seconds: 3600 })
    while ((await under.provider.destroy(machine.id)) !== 'gone') await under.pass(10)
    assert.deepEqual(await under.provider.list(), [])
    await under.pass(3700)
    assert.deepEqual(
      (await under.provider.list()).map(({ id }) => id),
      [machine.id],
    )
  })
})

describe('the account is shared', () => {
  test('another installation neither sees nor ends our droplets', async t => {
    const under = await open(t)
    const machine = await under.made()
    await under.pass(120)
    const other = under.another({ installationId: 'elsewhere' })
    assert.deepEqual([await other.list(), await other.find(machine.id)], [[], 'unknown'])
    await assert.rejects(other.destroy(machine.id), { code: 'refused' })
    assert.equal(under.cloud.world.living().length, 1)
  })

  test('a token that does not see tags ends nothing', async t => {
    const blind = { token: 'blind', name: 'blind', scopes: ['droplet:read', 'droplet:delete'] as const }
    const full = { token: 'full', name: 'full', scopes: 'all' as const }
    const under = await open(t, { tokens: [full, blind] }, { token: 'full' })
    const machine = await under.made()
    await under.pass(120)
    await assert.rejects(under.another({ token: 'blind' }).destroy(machine.id), { code: 'refused' })
    assert.equal(under.cloud.calls.count('DELETE /v2/droplets/{id}'), 0)
  })
})

test('two hundred droplets are made, listed and ended within the published limits, with a last look at each', async t => {
  const under = await open(t, { dropletLimit: 200, newInList: [0, 0], goneFromList: [0, 0], destroy: [1, 1] })
  const machines = []
  for (let count = 0; count < 200; count++) machines.push(await under.made())
  await under.pass(120)
  assert.equal((await under.provider.list()).length, 200)
  for (const { id } of machines) assert.equal(await under.provider.destroy(id), 'going')
  for (const { id } of machines) assert.equal(await under.provider.destroy(id), 'gone')
  const { calls } = under.cloud
  assert.deepEqual(
    [calls.count('POST /v2/droplets'), calls.count('DELETE /v2/droplets/{id}'), calls.limited().length],
    [200, 200, 0],
  )
  assert.ok(calls.mostWithin(60) < 250, `${calls.mostWithin(60)} calls within a minute`)
  // One list, and a look at the account in each minute of making.
  assert.ok(calls.count('GET /v2/droplets') <= 3, `${calls.count('GET /v2/droplets')} lists`)
  assert.equal(under.cloud.world.living().length, 0)
})

test('an installation behind a proxy makes and ends its droplets through it', async t => {
  const proxy = await openSmallProxy('ana:s3cret')
  const httpProxy = `http://ana:s3cret@${proxy.host}`
  const route = { httpProxy, httpsProxy: undefined, noProxy: undefined, caPem: undefined, connectSeconds: 5 }
  const through = fetchThrough({ ...route, userAgent: 'microfetch/test' })
  t.after(() => Promise.all([through.close(), proxy.close()]))
  const under = await open(t, {}, { fetch: request => through.fetch(request) })
  const machine = await under.made()
  await under.pass(120)
  assert.deepEqual(
    (await under.provider.list()).map(({ id }) => id),
    [machine.id],
  )
  while ((await under.provider.destroy(machine.id)) !== 'gone') await under.pass(10)
  assert.equal(proxy.asked.length, under.cloud.calls.all().length)
})

test('when the hour is nearly used up, lists and creates wait, and droplets are ended all the same', async t => {
  const under = await open(t, { limits: { perHour: 50, perMinute: 250, keyReadsPerMinute: 10 }, newInList: [0, 0] })
  const machine = await under.made()
  await under.pass(120)
  const lists: string[] = []
  for (let count = 0; count < 50; count++) {
    lists.push(
      await under.provider.list().then(
        () => 'listed',
        (error: { code: string }) => error.code,
      ),
    )
  }
  assert.equal(lists.at(-1), 'slow-down')
  assert.equal((await under.provider.create(under.newName(), under.newBoot())).kind, 'wait')
  assert.equal(under.cloud.calls.all().length, 40)
  assert.equal(await under.provider.destroy(machine.id), 'going')
  assert.equal(under.cloud.calls.limited().length, 0)
  await under.pass(3600)
  assert.deepEqual(await under.provider.list(), [])
})
