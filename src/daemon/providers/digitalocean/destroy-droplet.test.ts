import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { answering, outagePage, resetting, type Reply } from '../../../../test/fakes/scripted-server.ts'
import { Problem } from '../../../core/problem.ts'
import { aDroplet, json, notThere, openScriptedApi, refusing } from './testing/scripted-api.ts'

const there = json(200, { droplet: aDroplet(7) })
const deleted = answering(204)
const notFoundPage = answering(404, '<html><body>Not Found</body></html>', { 'content-type': 'text/html' })

async function destroy(t: TestContext, ...replies: [Reply, ...Reply[]]) {
  const api = await openScriptedApi(t, replies)
  const answer = await api.provider.destroy('7').catch((error: unknown) => {
    assert.ok(error instanceof Problem, String(error))
    return error.code
  })
  return { ...api, answer, asked: api.heard.map(({ method, path }) => `${method} ${path}`) }
}

test('a deletion that was accepted is still going, until a later look finds nothing', async t => {
  const { provider, heard, effects, answer } = await destroy(t, there, deleted, there, deleted, notThere)
  assert.deepEqual([answer, await provider.destroy('7'), await provider.destroy('7')], ['going', 'going', 'gone'])
  assert.deepEqual(
    heard.map(({ method }) => method),
    ['GET', 'DELETE', 'GET', 'DELETE', 'GET'],
  )
  assert.deepEqual(effects, ['digitalocean: deletion asked for', 'digitalocean: deletion asked for'])
})

describe('what a deletion becomes', () => {
  const cases: [string, Reply, string][] = [
    ['it is gone already', notThere, 'gone'],
    ['an event is pending', refusing(422, 'unprocessable_entity', 'Droplet already has a pending event.'), 'going'],
    ['it was asked for before', refusing(422, 'unprocessable_entity', 'a destroy is already in progress'), 'going'],
    ['another refusal', refusing(422, 'unprocessable_entity', 'This droplet is protected.'), 'refused'],
    ['a token that lacks the right', refusing(403, 'forbidden', 'You are not authorized'), 'refused'],
    ['trouble of theirs', refusing(500, 'server_error', 'Unexpected server-side error'), 'unreachable'],
    ['no calls are left', refusing(429, 'too_many_requests', 'API Rate limit exceeded.', { 'retry-after': '300' }), 'slow-down'],
    ['a page that says 404', notFoundPage, 'broken-answer'],
    ['a broken connection', resetting, 'unreachable'],
  ]
  for (const [what, reply, outcome] of cases) {
    test(`${what}: ${outcome}`, async t => {
      assert.equal((await destroy(t, there, reply)).answer, outcome)
    })
  }

  test('trouble of theirs that passes is asked through', async t => {
    const { answer, asked } = await destroy(t, there, answering(502, outagePage), resetting, deleted)
    assert.deepEqual([answer, asked.length], ['going', 4])
  })
})

describe('what is not ours is never deleted', () => {
  const foreign: [string, Record<string, unknown>][] = [
    ['another name', { name: 'web-1' }],
    ['a name that only begins as ours do', { name: 'mf-prod.example.org' }],
    ['no tags, as a token without the right to see them is shown', { tags: [] }],
    ['the tag of another installation', { tags: ['mf', 'mf-env-elsewhere', 'mf-attempt:d7'] }],
    ['the tag of an installation that begins as ours', { tags: ['mf', 'mf-env-here-2'] }],
    ['our tag without that of all', { tags: ['mf-env-here'] }],
  ]
  for (const [what, changes] of foreign) {
    test(what, async t => {
      const { answer, asked, provider } = await destroy(t, json(200, { droplet: aDroplet(7, changes) }))
      assert.deepEqual([answer, asked], ['refused', ['GET /v2/droplets/7']])
      assert.equal(await provider.find('7'), 'unknown')
    })
  }

  test('but case says nothing: an account keeps the first spelling of a tag', async t => {
    const { answer } = await destroy(t, json(200, { droplet: aDroplet(7, { tags: ['MF', 'mf-ENV-Here'] }) }), deleted)
    assert.equal(answer, 'going')
  })
})

describe('a look at one droplet', () => {
  const cases: [string, Reply, string][] = [
    ['the API does not know it', notThere, 'gone'],
    ['a page that says 404', notFoundPage, 'unknown'],
    ['404 in the words of something else', json(404, { message: 'no such route' }), 'unknown'],
    ['trouble of theirs', answering(503, outagePage), 'unknown'],
    ['a token that is not known', refusing(401, 'unauthorized', 'Unable to authenticate you'), 'unknown'],
    ['an answer of another shape', json(200, {}), 'unknown'],
    ['another droplet', json(200, { droplet: aDroplet(8) }), 'unknown'],
    ['a broken connection', resetting, 'unknown'],
  ]
  for (const [what, reply, outcome] of cases) {
    test(`${what}: ${outcome}`, async t => {
      const { provider } = await openScriptedApi(t, [reply])
      assert.equal(await provider.find('7'), outcome)
    })
  }

  test('what cannot be the number of a droplet is none, and nobody is asked', async t => {
    const { provider, heard } = await openScriptedApi(t, [there])
    for (const id of ['', '0', '07', '7/actions', '../account', '99999999999999999', 'fake-1']) {
      assert.deepEqual([await provider.find(id), await provider.destroy(id)], ['gone', 'gone'], id)
    }
    assert.equal(heard.length, 0)
  })
})
