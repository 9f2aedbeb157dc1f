import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { aBootPlan } from '../../../../test/contracts/a-boot-plan.ts'
import {
  answering,
  breakingAfter,
  openScriptedServer,
  outagePage,
  resetting,
  silent,
  type Reply,
} from '../../../../test/fakes/scripted-server.ts'
import type { BootPlan } from '../provider.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { smallQuote } from './testing/cloud-under-test.ts'
import { accepted, aDroplet as dropletOf, json, openScriptedApi, pageOf, refusing, secretToken } from './testing/scripted-api.ts'

const name = 'mf-d7'
const boot = aBootPlan('d7', { quote: smallQuote, expiresAt: new Date('2026-08-21T00:00:00.700Z') })
const unprocessable = (message: string) => refusing(422, 'unprocessable_entity', message)

async function create(t: TestContext, reply: Reply, changes: Partial<DigitalOceanOptions> = {}, plan: BootPlan = boot) {
  const api = await openScriptedApi(t, [reply], changes)
  const created = await api.provider.create(name, plan)
  return { ...api, created, why: created.kind === 'created' ? '' : created.why }
}

test('a create asks for all that is ours in the one call, and what is accepted is a new machine without an address', async t => {
  const changes = { image: '6370882', sshKeys: ['3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45', '512189'], vpcUuid: 'v1' }
  const { created, wishes, heard, effects } = await create(t, accepted(7), changes)
  assert.deepEqual(wishes, [
    {
      name,
      region: 'fra1',
      size: 's-1vcpu-1gb',
      image: 6370882,
      ssh_keys: ['3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45', 512189],
      tags: ['mf', 'mf-env-here', 'mf-attempt:d7', 'mf-exp:1787270400'],
      user_data: '#!/bin/sh\ntrue\n',
      monitoring: false,
      with_droplet_agent: false,
      vpc_uuid: 'v1',
    },
  ])
  assert.equal(heard[0]?.headers['authorization'], `Bearer ${secretToken}`)
  assert.deepEqual(effects, ['digitalocean: droplet asked for'])
  assert.ok(created.kind === 'created')
  assert.deepEqual(created.machine, {
    id: '7',
    name,
    attemptId: 'd7',
    status: 'new',
    address: undefined,
    createdAt: new Date('2026-08-20T11:58:00Z'),
    keep: false,
    price: { microdollarsPerHour: 8930, minimumSeconds: 60, minimumMicrodollars: 10_000 },
  })
})

test('without a VPC in the settings the region chooses, and a slug stays a word', async t => {
  const { wishes } = await create(t, accepted(7))
  assert.deepEqual([Object.hasOwn(wishes[0] ?? {}, 'vpc_uuid'), wishes[0]?.image], [false, 'debian-12-x64'])
})

describe('what a refused create becomes', () => {
  const cases: [string, Reply, string][] = [
    ['the limit of the account', unprocessable('creating this/these droplet(s) will exceed your droplet limit'), 'no-capacity'],
    ['a size that is sold out in the region', unprocessable('Size is not available in this region.'), 'no-capacity'],
    ['a region without capacity', unprocessable('The region is currently out of capacity.'), 'no-capacity'],
    ["a moment's trouble", unprocessable('Something went wrong, please try again.'), 'wait'],
    ['an event that is pending', unprocessable('Droplet already has a pending event.'), 'wait'],
    ['the burst limit', refusing(429, 'too_many_requests', 'API Rate limit exceeded.', { 'retry-after': '30' }), 'wait'],
    ['the limit of the hour', refusing(429, 'too_many_requests', 'API Rate limit exceeded.'), 'wait'],
    ['a 429 of a proxy', answering(429, outagePage), 'wait'],
    ['a token that is not known', refusing(401, 'unauthorized', 'Unable to authenticate you'), 'refused'],
    ['a token that lacks the right', refusing(403, 'forbidden', 'You are not authorized'), 'refused'],
    ['an image that is not there', unprocessable('You specified an invalid image for Droplet creation.'), 'refused'],
    ['an image of another region', unprocessable('The image you specified is not available in the selected region.'), 'refused'],
    ['user-data beyond the limit', unprocessable('User data exceeds the limit of 64 KiB'), 'refused'],
  ]
  for (const [what, reply, kind] of cases) {
    test(`${what}: ${kind}, asked for once`, async t => {
      const { created, heard } = await create(t, reply)
      assert.deepEqual([created.kind, heard.length], [kind, 1])
    })
  }
})

describe('a create whose outcome nobody heard is unknown, and is not asked for again', () => {
  const half = JSON.stringify({ droplet: { id: 7 } }).slice(0, 12)
  const cases: [string, Reply][] = [
    ['a connection that breaks before the answer', resetting],
    ['a connection that breaks in the answer', breakingAfter(half)],
    ['silence', silent],
    ['a page of HTML with 202', answering(202, outagePage, { 'content-type': 'text/html' })],
    ['an accepted create without a body', answering(202)],
    ['half of an accepted create, said to be whole', answering(202, half, { 'content-type': 'application/json' })],
    ['an accepted create without an id', json(202, { droplet: { name } })],
    ['an accepted create of another name', accepted(7, { name: 'mf-other' })],
    ['500 in the words of the API', refusing(500, 'server_error', 'Unexpected server-side error')],
    ['502 with a page', answering(502, outagePage)],
    ['503 with a page', answering(503, outagePage, { 'retry-after': '60' })],
    ['504 with a page', answering(504, outagePage)],
    ['408', refusing(408, 'timeout', 'Request timeout')],
    ['a redirect', answering(302, '', { location: 'https://elsewhere.invalid/' })],
    ['403 with a page of a proxy', answering(403, outagePage)],
  ]
  for (const [what, reply] of cases) {
    test(what, async t => {
      const { created, heard, effects } = await create(t, reply, { callSeconds: what === 'silence' ? 1 : 10 })
      assert.deepEqual([created.kind, heard.length], ['unknown', 1], JSON.stringify(created))
      assert.deepEqual(effects, ['digitalocean: droplet asked for'])
    })
  }
})

describe('a create that never left', () => {
  test('is to be tried later when nothing listens there, and nothing was changed', async t => {
    const gone = await openScriptedServer(silent)
    await gone.close()
    const { created, effects } = await create(t, accepted(7), { fetch: onlyAccount(gone.url) })
    assert.equal(created.kind, 'wait', JSON.stringify(created))
    assert.deepEqual(effects, [])
  })

  test('needs a person when the certificate is not trusted', async t => {
    const failing = async (request: Request) => {
      if (request.method === 'POST')
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' } })
      return fetch(request)
    }
    assert.equal((await create(t, accepted(7), { fetch: failing })).created.kind, 'refused')
  })

  /** Answers all but creates; those go to an address where nothing listens. */
  function onlyAccount(nowhere: string): DigitalOceanOptions['fetch'] {
    return request => (request.method === 'POST' ? fetch(`${nowhere}/v2/droplets`, { method: 'POST' }) : fetch(request))
  }
})

describe('what is refused before anything is asked', () => {
  const cases: [string, Partial<DigitalOceanOptions>, Partial<BootPlan>, RegExp][] = [
    ['user-data with a letter beyond ASCII', { userData: () => ({ kind: 'ready', text: 'é' }) }, {}, /ASCII/],
    ['user-data with a NUL', { userData: () => ({ kind: 'ready', text: 'a\0' }) }, {}, /ASCII/],
    ['user-data over 64 KiB', { userData: () => ({ kind: 'ready', text: 'a'.repeat(65_537) }) }, {}, /65537/],
    ['user-data that cannot be made', { userData: () => ({ kind: 'too-large', why: 'forty runs too many' }) }, {}, /forty runs/],
    ['a boot without a quote', {}, { quote: undefined }, /quote/],
    ['an attempt that cannot stand in a tag', {}, { attemptId: 'a.b' }, /attempt id/],
  ]
  for (const [what, changes, plan, why] of cases) {
    test(what, async t => {
      const made = await create(t, accepted(7), changes, { ...boot, ...plan })
      assert.deepEqual([made.created.kind, made.heard.length], ['refused', 0])
      assert.match(made.why, why)
    })
  }

  test('user-data of exactly 64 KiB is not', async t => {
    const { created } = await create(t, accepted(7), { userData: () => ({ kind: 'ready', text: 'a'.repeat(65_536) }) })
    assert.equal(created.kind, 'created')
  })
})

test('an effect that ends the program ends the create too, after it was asked for', async t => {
  const dying = () => {
    throw new Error('killed here')
  }
  for (const reply of [accepted(7), resetting]) {
    const { provider, wishes } = await openScriptedApi(t, [reply], { effect: dying })
    await assert.rejects(provider.create(name, boot), /killed here/)
    assert.equal(wishes.length, 1)
  }
})

test('a name that was asked for is only looked for: the oldest of its droplets is the machine', async t => {
  const namesakes = [aNamesake(30), aNamesake(12), aNamesake(9, { tags: ['mf', 'mf-env-elsewhere'] })]
  const { provider, heard, wishes } = await openScriptedApi(t, [answering(502, outagePage), pageOf(namesakes), pageOf([])])
  assert.equal((await provider.create(name, boot)).kind, 'unknown')
  const again = await provider.create(name, boot)
  assert.equal(again.kind === 'created' && again.machine.id, '12')
  assert.equal((await provider.create(name, boot)).kind, 'unknown')
  assert.deepEqual([wishes.length, heard[1]?.query.get('name')], [1, name])
})

function aNamesake(id: number, changes: Record<string, unknown> = {}) {
  return { ...dropletOf(id), name, ...changes }
}

test('neither our token nor that of the attempt stands in a reason, whoever quotes them', async t => {
  const quoting = unprocessable(`invalid: Bearer ${secretToken} ${boot.token}`)
  const { why } = await create(t, quoting)
  assert.match(why, /invalid: Bearer … …/)
  const keyLine = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ'
  const hostKey = { privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${keyLine}\n`, publicKey: 'ssh-ed25519 AAAA' }
  const keyQuoted = await create(t, unprocessable(`invalid: ${keyLine}`), {}, { ...boot, hostKey })
  assert.match(keyQuoted.why, /invalid: …$/)
  const failing = await create(t, accepted(7), {
    fetch: async request => {
      if (request.method === 'POST') throw new TypeError(`bad header ${request.headers.get('authorization')}`)
      return fetch(request)
    },
  })
  assert.deepEqual([failing.created.kind, failing.why.includes(secretToken)], ['unknown', false])
})
