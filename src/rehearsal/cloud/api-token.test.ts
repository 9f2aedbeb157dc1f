import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiToken, readScopes, type Scope } from './api-token.ts'
import { openTestCloud, testKey } from './open-test-cloud.ts'

const weak = (name: string, scopes: readonly Scope[]): ApiToken => ({ token: name, name, scopes })

const tokens: ApiToken[] = [
  { token: 'full', name: 'full', scopes: 'all' },
  weak('reader', readScopes),
  weak('droplets', ['droplet:create', 'droplet:read', 'droplet:delete']),
  weak('sweeper', ['droplet:read', 'droplet:delete', 'tag:read']),
]

test('a token that may only read is refused every change with 403', async t => {
  const cloud = await openTestCloud(t, { tokens })
  const id = await cloud.ask('POST', 'droplets', { name: 'mf-a', size: 'c-2', image: 'debian-12-x64' }, 'full')
  const { droplet } = id.body as { droplet: { id: number } }
  const changes: [string, string, unknown?][] = [
    ['POST', 'droplets', { name: 'mf-b', size: 'c-2', image: 'debian-12-x64' }],
    ['DELETE', `droplets/${droplet.id}`],
    ['DELETE', 'droplets?tag_name=mf'],
    ['POST', `droplets/${droplet.id}/actions`, { type: 'power_off' }],
    ['POST', 'tags', { name: 'mf' }],
    ['POST', 'account/keys', { name: 'mine', public_key: testKey }],
  ]
  for (const [method, path, body] of changes) {
    const answer = await cloud.ask(method, path, body, 'reader')
    assert.equal(answer.status, 403, `${method} ${path}`)
    assert.partialDeepStrictEqual(answer.body, { id: 'forbidden' })
  }
  for (const path of ['droplets', 'account', 'sizes', 'regions', 'images', 'snapshots', 'actions', 'tags', 'account/keys']) {
    assert.equal((await cloud.ask('GET', path, undefined, 'reader')).status, 200, path)
  }
  assert.equal(cloud.world.living().length, 1)
})

test('a token without the scopes for tags neither makes nor sees any', async t => {
  const cloud = await openTestCloud(t, { tokens, newInList: [0, 0] })
  const wish = { name: 'mf-a', size: 'c-2', image: 'debian-12-x64' }
  assert.equal((await cloud.ask('POST', 'droplets', { ...wish, tags: ['mf'] }, 'droplets')).status, 403)
  assert.equal((await cloud.ask('POST', 'droplets', { ...wish, ssh_keys: [1] }, 'droplets')).status, 403)
  assert.equal((await cloud.ask('POST', 'droplets', wish, 'droplets')).status, 202)
  await cloud.ask('POST', 'droplets', { ...wish, tags: ['mf'] }, 'full')
  assert.equal((await cloud.ask('GET', 'droplets?tag_name=mf', undefined, 'droplets')).status, 403)
  const tagsSeenBy = async (token: string) => {
    const { body } = await cloud.ask('GET', 'droplets', undefined, token)
    return (body as { droplets: { tags: string[] }[] }).droplets.flatMap(({ tags }) => tags)
  }
  assert.deepEqual(await tagsSeenBy('droplets'), [])
  assert.deepEqual(await tagsSeenBy('sweeper'), ['mf'])
})

test('an unknown token is refused with 401 and learns nothing of limits', async t => {
  const cloud = await openTestCloud(t, { tokens })
  const answer = await cloud.ask('GET', 'account', undefined, 'guessed')
  assert.equal(answer.status, 401)
  assert.equal(answer.headers.get('ratelimit-limit'), null)
  assert.equal((await fetch(`${cloud.url}/v2/account`)).status, 401)
})
