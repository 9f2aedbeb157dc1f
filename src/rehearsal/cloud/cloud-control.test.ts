import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudControlClient } from './cloud-control-client.ts'
import { noHosts } from './no-hosts.ts'
import { openTestCloud } from './open-test-cloud.ts'
import { cloudFaultMenu } from './faults/cloud-fault-menu.ts'

test('the control path arms and disarms faults, and says how often each has struck', async t => {
  const cloud = await openTestCloud(t)
  const control = cloudControlClient(cloud.url)
  const id = await control.arm({ fault: 'server-error', times: 2 })
  assert.equal((await cloud.ask('GET', 'sizes')).status, 500)
  assert.deepEqual(await control.ask('faults'), [{ id, fault: 'server-error', struck: 1 }])
  await control.disarm(id)
  assert.equal((await cloud.ask('GET', 'sizes')).status, 200)
  assert.deepEqual(await control.ask('faults'), [])
  assert.equal((await control.ask('menu')).length, cloudFaultMenu.length)
})

test('the control path changes what the cloud sells and what the account may have', async t => {
  const cloud = await openTestCloud(t)
  const control = cloudControlClient(cloud.url)
  await control.change({ kind: 'set-size', slug: 's-1vcpu-1gb', sold: { regions: ['lon1'], hourlyPrice: 1000 } })
  assert.equal((await cloud.create({ region: 'fra1' })).status, 422)
  const { body } = await cloud.create({ region: 'lon1' })
  assert.partialDeepStrictEqual(body, { droplet: { size: { price_hourly: Math.fround(0.01) } } })
  await control.change({ kind: 'set-account', account: { dropletLimit: 1 } })
  assert.equal((await cloud.create({ region: 'lon1' })).status, 422)
})

test('the control path shows calls, droplets and the bill, whatever the API says of them', async t => {
  const cloud = await openTestCloud(t)
  const control = cloudControlClient(cloud.url)
  cloud.arm({ fault: 'no-address' })
  await cloud.born({ name: 'mf-a', tags: ['mf'], user_data: 'ä' })
  await cloud.pass(7200)
  assert.partialDeepStrictEqual(await control.ask('droplets'), [
    {
      name: 'mf-a',
      status: 'active',
      publicAddress: '198.18.0.32',
      privateAddress: '10.106.0.32',
      userDataBytes: 2,
      endedBy: null,
    },
  ])
  assert.partialDeepStrictEqual(await control.ask('bill'), {
    cents: '2',
    lines: [{ name: 'mf-a', seconds: 7200, by: 'running' }],
  })
  assert.deepEqual(await control.ask('counts'), { 'POST /v2/droplets 202': 1 })
  assert.partialDeepStrictEqual(await control.ask('calls'), [{ kind: 'POST /v2/droplets', token: 'full access', answer: 'sent' }])
  await control.change({ kind: 'forget-calls' })
  assert.deepEqual(await control.ask('calls'), [])
})

test('the control path harms and heals hosts', async t => {
  const told: string[] = []
  const hosts = noHosts({ onHarm: (_, { kind }) => void told.push(kind), onHeal: () => void told.push('healed') })
  const cloud = await openTestCloud(t, { hosts })
  const dropletId = await cloud.born()
  await cloud.pass(120)
  const control = cloudControlClient(cloud.url)
  await control.change({ kind: 'harm', dropletId, fault: { kind: 'frozen' } })
  await control.change({ kind: 'heal', dropletId })
  await control.change({ kind: 'note-off', dropletId })
  await cloud.settle()
  assert.deepEqual(told, ['frozen', 'healed'])
  assert.equal(cloud.world.look(dropletId)?.status, 'off')
})

test('what the control path cannot do is refused with words', async t => {
  const cloud = await openTestCloud(t)
  const control = cloudControlClient(cloud.url)
  await assert.rejects(control.change({ kind: 'set-size', slug: 'x', sold: {} }), /refused: nothing has the slug x/)
  await assert.rejects(control.ask('secrets' as 'calls'), /the control path has no GET secrets/)
})
