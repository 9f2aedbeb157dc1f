import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import { openCloudUnderTest, smallQuote } from './testing/cloud-under-test.ts'

const boot = (id: string) => aBootPlan(id, { quote: smallQuote })

test('beyond the limit of the account nothing is asked for in vain, and it is tried again when there may be room', async t => {
  const { provider, cloud, pass, close } = await openCloudUnderTest({ dropletLimit: 2, newInList: [0, 0] })
  t.after(close)
  const kinds = []
  for (const id of ['a', 'b', 'c', 'd']) kinds.push((await provider.create(`mf-${id}`, boot(id))).kind)
  assert.deepEqual(kinds, ['created', 'created', 'no-capacity', 'no-capacity'])
  assert.deepEqual(
    [cloud.calls.count('POST /v2/droplets'), cloud.calls.count('GET /v2/account'), cloud.calls.count('GET /v2/droplets')],
    [2, 1, 1],
  )
  cloud.change({ kind: 'set-account', account: { dropletLimit: 3 } })
  assert.equal((await provider.create('mf-e', boot('e'))).kind, 'no-capacity')
  await pass(60)
  assert.equal((await provider.create('mf-f', boot('f'))).kind, 'created')
})

test('a droplet that is gone makes room at once', async t => {
  const { provider, made, pass, close } = await openCloudUnderTest({
    dropletLimit: 1,
    createEventSeconds: 0,
    destroy: [0, 0],
    goneFromList: [0, 0],
  })
  t.after(close)
  const machine = await made()
  await pass(59)
  assert.equal((await provider.create('mf-b', boot('b'))).kind, 'no-capacity')
  while ((await provider.destroy(machine.id)) !== 'gone') await pass(0.1)
  assert.equal((await provider.create('mf-c', boot('c'))).kind, 'created')
})

test('others who use the account may be quicker: then the API says so, and the account is looked at anew', async t => {
  const { provider, cloud, close } = await openCloudUnderTest()
  t.after(close)
  cloud.arm({ fault: 'droplet-limit' })
  assert.equal((await provider.create('mf-a', boot('a'))).kind, 'no-capacity')
  assert.equal((await provider.create('mf-b', boot('b'))).kind, 'created')
  assert.equal(cloud.calls.count('GET /v2/account'), 2)
})

test('a locked account needs a person, and is not asked for droplets', async t => {
  const { provider, cloud, warned, close } = await openCloudUnderTest()
  t.after(close)
  cloud.change({ kind: 'set-account', account: { status: 'locked', statusMessage: 'a bill is open' } })
  const created = await provider.create('mf-a', boot('a'))
  assert.deepEqual(created, { kind: 'refused', why: 'the account is locked: a bill is open' })
  assert.deepEqual([cloud.calls.count('POST /v2/droplets'), warned.length], [0, 1])
})

test('a warning is told once, and work goes on', async t => {
  const { provider, cloud, warned, pass, close } = await openCloudUnderTest()
  t.after(close)
  cloud.change({ kind: 'set-account', account: { status: 'warning', statusMessage: 'a card ends soon' } })
  for (const id of ['a', 'b', 'c']) {
    assert.equal((await provider.create(`mf-${id}`, boot(id))).kind, 'created')
    await pass(100)
  }
  assert.equal(warned.length, 1)
  assert.match(warned[0] ?? '', /a card ends soon/)
})

test('a token that may not look at the account makes droplets all the same', async t => {
  const scopes = ['droplet:create', 'droplet:read', 'droplet:delete', 'tag:create', 'tag:read', 'sizes:read'] as const
  const { provider, cloud, pass, close } = await openCloudUnderTest(
    { tokens: [{ token: 'least', name: 'least', scopes }] },
    { token: 'least' },
  )
  t.after(close)
  for (const id of ['a', 'b']) {
    assert.equal((await provider.create(`mf-${id}`, boot(id))).kind, 'created')
    await pass(100)
  }
  assert.equal(cloud.calls.count('GET /v2/account'), 1)
})

test('while the account cannot be looked at, a create waits, and nothing is asked for', async t => {
  const { provider, cloud, close } = await openCloudUnderTest()
  t.after(close)
  cloud.arm({ fault: 'html-503', times: 0, match: { kind: 'GET /v2/account' } })
  assert.equal((await provider.create('mf-a', boot('a'))).kind, 'wait')
  assert.equal(cloud.calls.count('POST /v2/droplets'), 0)
  cloud.disarm()
  assert.equal((await provider.create('mf-a', boot('a'))).kind, 'created')
})
