import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { kindOf } from './endpoints/endpoint.ts'
import { endpoints } from './endpoints/find-endpoint.ts'
import { openTestCloud, testKey } from './open-test-cloud.ts'
import { publishedShapes, rateHeaders, refusalShape } from './published-shapes.ts'
import { snapshotId } from './world/image.ts'

/** Paths of calls that together reach every endpoint, in an order in which each can be answered. */
function walk(dropletId: number, actionId: number, keyId: number): [string, string, unknown?][] {
  return [
    ['POST', 'droplets', { names: ['mf-x', 'mf-y'], size: 'c-2', image: 'debian-12-x64', region: 'nyc', tags: ['mf'] }],
    ['GET', 'droplets'],
    ['GET', 'droplets?tag_name=mf&per_page=2&page=1'],
    ['GET', `droplets/${dropletId}`],
    ['GET', `droplets/${dropletId}/actions`],
    ['GET', `droplets/${dropletId}/actions/${actionId}`],
    ['POST', `droplets/${dropletId}/actions`, { type: 'shutdown' }],
    ['GET', 'actions'],
    ['GET', `actions/${actionId}`],
    ['GET', 'account'],
    ['GET', 'account/keys'],
    ['GET', `account/keys/${keyId}`],
    ['GET', 'sizes?per_page=5&page=2'],
    ['GET', 'regions'],
    ['GET', 'images'],
    ['GET', `images/${snapshotId}`],
    ['GET', 'snapshots?resource_type=droplet'],
    ['GET', `snapshots/${snapshotId}`],
    ['GET', 'vpcs'],
    ['GET', 'vpcs/5a4981aa-9653-4bd1-bef5-000000000003'],
    ['POST', 'tags', { name: 'mf-keep' }],
    ['GET', 'tags'],
    ['GET', 'tags/mf'],
    ['POST', 'tags/mf-keep/resources', { resources: [{ resource_id: String(dropletId), resource_type: 'droplet' }] }],
    ['DELETE', 'tags/mf-keep/resources', { resources: [{ resource_id: String(dropletId), resource_type: 'droplet' }] }],
    ['DELETE', 'tags/mf-keep'],
    ['DELETE', `account/keys/${keyId}`],
    ['DELETE', 'droplets?tag_name=mf'],
    ['DELETE', `droplets/${dropletId}`],
  ]
}

test('the answers of every endpoint have the published shape and headers', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  const key = await cloud.ask('POST', 'account/keys', { name: 'mine', public_key: testKey })
  assert.equal(key.status, 201)
  const keyId = (key.body as { ssh_key: { id: number } }).ssh_key.id
  const made = await cloud.create({ tags: ['mf-attempt:1'], ssh_keys: [keyId] })
  const { droplet, links } = made.body as { droplet: { id: number }; links: { actions: { id: number }[] } }
  await cloud.pass(120)
  const shapes: Record<string, v.GenericSchema> = publishedShapes
  for (const [method, path, body] of walk(droplet.id, links.actions[0]?.id ?? 0, keyId)) {
    const answer = await cloud.ask(method, path, body)
    const kind = cloud.calls.all().at(-1)?.kind ?? ''
    assert.ok(answer.status < 300, `${method} ${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    for (const header of rateHeaders) assert.match(answer.headers.get(header) ?? 'missing', /^\d+$/, `${kind} ${header}`)
    assert.equal(answer.headers.get('retry-after'), null)
    const shape = shapes[kind]
    if (answer.status === 204) assert.equal(answer.body, undefined, kind)
    else assert.deepEqual(v.safeParse(shape ?? v.never(), answer.body).issues, undefined, kind)
    await cloud.pass(30)
  }
  const reached = new Set(cloud.calls.all().map(call => call.kind))
  assert.deepEqual(
    endpoints.map(kindOf).filter(kind => !reached.has(kind)),
    [],
    'every endpoint was asked',
  )
})

test('a create is answered 202 with a new droplet that has no addresses yet, and with the action that makes it', async t => {
  const cloud = await openTestCloud(t)
  const { status, body } = await cloud.create({ name: 'mf-a' })
  const shown = body as { droplet: { status: string; networks: unknown }; links: { actions: { href: string }[] } }
  assert.equal(status, 202)
  assert.equal(shown.droplet.status, 'new')
  assert.deepEqual(shown.droplet.networks, { v4: [], v6: [] })
  const action = await cloud.ask('GET', new URL(shown.links.actions[0]?.href ?? '').pathname.replace('/v2/', ''))
  assert.equal((action.body as { action: { status: string } }).action.status, 'in-progress')
})

test('refusals have the published body', async t => {
  const cloud = await openTestCloud(t, { dropletLimit: 0, tokens: [{ token: 'x', name: 'weak', scopes: [] }] })
  const answers = [
    [401, await cloud.ask('GET', 'droplets', undefined, 'unheard-of')],
    [403, await cloud.ask('GET', 'droplets', undefined, 'x')],
    [404, await cloud.ask('GET', 'nothing', undefined, 'x')],
  ] as const
  for (const [status, answer] of answers) {
    assert.equal(answer.status, status)
    assert.ok(v.is(refusalShape, answer.body), JSON.stringify(answer.body))
  }
  assert.deepEqual(answers[0][1].body, { id: 'unauthorized', message: 'Unable to authenticate you' })
})

test('one page has no links, and several lead to each other as far as that makes sense', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  for (let n = 1; n <= 5; n++) await cloud.born({ name: `mf-${n}`, tags: ['mf'] })
  const page = async (query: string) =>
    (await cloud.ask('GET', `droplets?${query}`)).body as {
      droplets: { name: string }[]
      links: { pages?: Record<string, string> }
      meta: { total: number }
    }
  assert.deepEqual((await page('tag_name=mf')).links, {})
  const first = await page('tag_name=mf&per_page=2')
  assert.deepEqual(Object.keys(first.links.pages ?? {}), ['next', 'last'])
  assert.equal(first.meta.total, 5)
  const next = new URL(first.links.pages?.['next'] ?? '')
  assert.deepEqual(Object.fromEntries(next.searchParams), { tag_name: 'mf', per_page: '2', page: '2' })
  const second = await page(next.search.slice(1))
  assert.deepEqual(Object.keys(second.links.pages ?? {}), ['first', 'prev', 'next', 'last'])
  const last = await page('tag_name=mf&per_page=2&page=3')
  assert.deepEqual(Object.keys(last.links.pages ?? {}), ['first', 'prev'])
  const names = [first, second, last].flatMap(({ droplets }) => droplets.map(({ name }) => name))
  assert.deepEqual(names, ['mf-5', 'mf-4', 'mf-3', 'mf-2', 'mf-1'])
})

test('a page holds 20 when nobody says how many, and never more than 200', async t => {
  const cloud = await openTestCloud(t, { newInList: [0, 0] })
  for (let n = 0; n < 21; n++)
    await cloud.create({ names: Array.from({ length: 10 }, (_, at) => `mf-${n}-${at}`), name: undefined })
  const count = async (query: string) =>
    ((await cloud.ask('GET', `droplets?${query}`)).body as { droplets: unknown[] }).droplets.length
  assert.equal(await count(''), 20)
  assert.equal(await count('per_page=1000'), 200)
  assert.equal(await count('per_page=200&page=2'), 10)
  assert.equal(await count('per_page=200&page=3'), 0)
})
