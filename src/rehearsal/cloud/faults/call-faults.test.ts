import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestCloud, type TestCloud, testBegin } from '../open-test-cloud.ts'
import type { CloudFaultName } from './cloud-fault-menu.ts'

const refusals: [CloudFaultName, number, RegExp][] = [
  ['unauthorized', 401, /Unable to authenticate/],
  ['forbidden', 403, /not authorized/],
  ['hour-limit', 429, /Rate limit exceeded/],
  ['burst-limit', 429, /Rate limit exceeded/],
  ['server-error', 500, /server-side error/],
  ['html-502', 502, /<html>/],
  ['html-503', 503, /<html>/],
  ['html-504', 504, /<html>/],
  ['no-capacity', 422, /not available in this region/],
  ['try-again', 422, /please try again/],
  ['droplet-limit', 422, /exceed your droplet limit/],
]

/** Names of the droplets that are billed. */
const namesOf = (cloud: TestCloud) => cloud.world.living().map(({ name }) => name)

/** What a call came to: its status, or that its answer did not arrive. */
async function outcome(cloud: TestCloud, method: string, path: string, body?: unknown): Promise<number | 'broken'> {
  return cloud.ask(method, path, body).then(
    ({ status }) => status,
    () => 'broken' as const,
  )
}

const wish = { name: 'mf-a', size: 'c-2', image: 'debian-12-x64' }

test('a create that a fault refuses makes nothing, once, and the next is as it should', async t => {
  const cloud = await openTestCloud(t)
  for (const [fault, status, words] of refusals) {
    cloud.arm({ fault })
    const refused = await cloud.create()
    assert.equal(refused.status, status, fault)
    assert.match(JSON.stringify(refused.body), words, fault)
    assert.deepEqual(namesOf(cloud), [], fault)
  }
  assert.equal((await cloud.create()).status, 202)
})

test('of both limits only that of the minute says when to come again', async t => {
  const cloud = await openTestCloud(t)
  cloud.arm({ fault: 'hour-limit' })
  const hour = await cloud.ask('GET', 'droplets')
  assert.deepEqual([hour.headers.get('ratelimit-remaining'), hour.headers.get('retry-after')], ['0', null])
  cloud.arm({ fault: 'burst-limit', seconds: 12 })
  const minute = await cloud.ask('GET', 'droplets')
  assert.deepEqual([minute.headers.get('ratelimit-remaining'), minute.headers.get('retry-after')], ['0', '12'])
})

test('a broken connection and a silence do nothing', async t => {
  const cloud = await openTestCloud(t)
  cloud.arm({ fault: 'connection-cut' })
  assert.equal(await outcome(cloud, 'POST', 'droplets', wish), 'broken')
  cloud.arm({ fault: 'silence', seconds: 0.01 })
  assert.equal(await outcome(cloud, 'POST', 'droplets', wish), 'broken')
  assert.deepEqual(namesOf(cloud), [])
  assert.deepEqual(
    cloud.calls.all().map(({ status, answer }) => ({ status, answer })),
    [
      { status: 0, answer: 'none' },
      { status: 0, answer: 'none' },
    ],
  )
})

const afterEffect: [CloudFaultName, number | 'broken'][] = [
  ['answer-lost', 'broken'],
  ['answer-cut', 'broken'],
  ['answer-late', 202],
  ['html-502-after', 502],
  ['html-503-after', 503],
  ['html-504-after', 504],
]

test('a create whose answer is lost, cut, late or a page of HTML has made its droplet', async t => {
  const cloud = await openTestCloud(t)
  for (const [at, [fault, heard]] of afterEffect.entries()) {
    cloud.arm({ fault, ...(fault === 'answer-late' ? { seconds: 0.01 } : {}) })
    assert.equal(await outcome(cloud, 'POST', 'droplets', { ...wish, name: `mf-${at}` }), heard, fault)
    assert.equal(namesOf(cloud).at(-1), `mf-${at}`, fault)
  }
})

test('a delete whose answer is lost, cut, late or a page of HTML has ended its droplet', async t => {
  const cloud = await openTestCloud(t)
  for (const [fault, heard] of afterEffect) {
    const id = await cloud.born()
    await cloud.pass(120)
    cloud.arm({ fault, ...(fault === 'answer-late' ? { seconds: 0.01 } : {}) })
    assert.equal(await outcome(cloud, 'DELETE', `droplets/${id}`), heard === 202 ? 204 : heard, fault)
    await cloud.pass(20)
    assert.equal(cloud.world.look(id)?.ended?.by, 'destroyed', fault)
  }
})

test('a garbled answer has the right status, and no JSON', async t => {
  const cloud = await openTestCloud(t)
  cloud.arm({ fault: 'answer-garbled' })
  const { status, body } = await cloud.create()
  assert.equal(status, 202)
  assert.equal(typeof body, 'string')
  assert.equal(namesOf(cloud).length, 1)
})

test('an answer fault waits for a call that takes effect: a refused one does not spend it', async t => {
  const cloud = await openTestCloud(t, { dropletLimit: 1 })
  cloud.arm({ fault: 'answer-lost' })
  assert.equal((await cloud.create({ size: 'none' })).status, 422)
  assert.equal(await outcome(cloud, 'POST', 'droplets', wish), 'broken')
  assert.equal((await cloud.create()).status, 422)
})

test('deletes are refused as often as asked, and lists meanwhile are not', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  const id = await cloud.born()
  await cloud.pass(120)
  const statuses: number[] = []
  cloud.arm({ fault: 'destroy-error', times: 2 })
  cloud.arm({ fault: 'pending-event', times: 1 })
  cloud.arm({ fault: 'burst-limit', match: { kind: 'DELETE /v2/droplets/{id}' }, times: 2 })
  for (let n = 0; n < 6; n++) {
    assert.equal((await cloud.ask('GET', 'droplets')).status, 200)
    statuses.push((await cloud.ask('DELETE', `droplets/${id}`)).status)
  }
  assert.deepEqual(statuses, [500, 500, 422, 429, 429, 204])
})

test('a fault strikes only the droplets that its name, tag or number fit, after those it lets through', async t => {
  const cloud = await openTestCloud(t)
  const statuses = async (...names: string[]) => {
    const found: number[] = []
    for (const name of names) found.push((await cloud.create({ name, tags: [`mf-attempt:${name}`] })).status)
    return found
  }
  cloud.arm({ fault: 'server-error', match: { name: 'mf-b*' }, times: 0 })
  assert.deepEqual(await statuses('mf-a', 'mf-b1', 'mf-b2'), [202, 500, 500])
  cloud.disarm()
  cloud.arm({ fault: 'server-error', match: { tag: 'mf-attempt:*3' } })
  assert.deepEqual(await statuses('mf-2', 'mf-3', 'mf-4'), [202, 500, 202])
  const id = cloud.world.living()[0]?.id ?? 0
  cloud.arm({ fault: 'forbidden', match: { dropletId: id }, after: 1 })
  assert.equal((await cloud.ask('GET', `droplets/${id + 1}`)).status, 200)
  assert.equal((await cloud.ask('GET', `droplets/${id}`)).status, 200)
  assert.equal((await cloud.ask('GET', `droplets/${id}`)).status, 403)
  cloud.arm({ fault: 'server-error', match: { tag: 'mf-env:*' }, times: 0 })
  assert.equal((await cloud.ask('GET', 'droplets')).status, 200)
  assert.equal((await cloud.ask('GET', 'droplets?tag_name=mf-env:x')).status, 500)
})

test("the Date header is the cloud's clock, or so far off as asked", async t => {
  const cloud = await openTestCloud(t)
  const date = async () => Date.parse((await cloud.ask('GET', 'account')).headers.get('date') ?? '')
  assert.equal(await date(), Date.parse(testBegin))
  const fault = cloud.arm({ fault: 'date-skewed', seconds: -900 })
  assert.equal(await date(), Date.parse(testBegin) - 900_000)
  cloud.disarm(fault)
  assert.equal(await date(), Date.parse(testBegin))
})

test('a fault that is not on the menu cannot be armed', async t => {
  const cloud = await openTestCloud(t)
  assert.throws(() => cloud.arm({ fault: 'earthquake' as CloudFaultName }), /no fault of the cloud is called earthquake/)
})
