import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answering, breakingAfter, outagePage, resetting, silent, type Reply } from '../../../../test/fakes/scripted-server.ts'
import { Problem } from '../../../core/problem.ts'
import { aDroplet, json, openScriptedApi, pageOf, refusing, secretToken } from './testing/scripted-api.ts'

async function codeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'answered',
    (error: unknown) => {
      assert.ok(error instanceof Problem, String(error))
      assert.ok(!error.message.includes(secretToken))
      return error.code
    },
  )
}

function droplets(from: number, to: number): Record<string, unknown>[] {
  return Array.from({ length: to - from + 1 }, (_, place) => aDroplet(from + place))
}

test('up to two hundred droplets are one call, by the tag of the installation', async t => {
  const { provider, heard } = await openScriptedApi(t, [pageOf(droplets(1, 200))])
  assert.equal((await provider.list()).length, 200)
  assert.equal(heard.length, 1)
  assert.deepEqual(Object.fromEntries(heard[0]?.query ?? []), { tag_name: 'mf-env-here', per_page: '200', page: '1' })
})

test('further pages are asked for at our own address, whatever the link says', async t => {
  const link = 'https://elsewhere.invalid/v2/droplets?page=2&per_page=1&tag_name=other'
  const { provider, heard } = await openScriptedApi(t, [pageOf(droplets(1, 200), 210, link), pageOf(droplets(201, 210), 210)])
  assert.deepEqual((await provider.list()).map(({ id }) => id).at(-1), '210')
  assert.deepEqual(
    heard.map(({ query }) => `${query.get('tag_name')} ${query.get('per_page')} ${query.get('page')}`),
    ['mf-env-here 200 1', 'mf-env-here 200 2'],
  )
})

describe('a link that leads nowhere is a broken answer', () => {
  for (const link of ['https://api.example/v2/droplets?page=1', 'https://api.example/v2/droplets', '?page=2e3', '?page=-2']) {
    test(link, async t => {
      const { provider } = await openScriptedApi(t, [pageOf(droplets(1, 2), 4, link)])
      assert.equal(await codeOf(provider.list()), 'broken-answer')
    })
  }
})

test('a list that is shorter than it says is read once more, for droplets come and go while pages are turned', async t => {
  const { provider, heard } = await openScriptedApi(t, [pageOf(droplets(1, 2), 3), pageOf(droplets(1, 3), 3)])
  assert.equal((await provider.list()).length, 3)
  assert.equal(heard.length, 2)
})

test('a droplet that is shown on two pages is one machine', async t => {
  const pages = [pageOf(droplets(1, 3), 4, '?page=2'), pageOf(droplets(3, 4), 4)] as const
  const { provider } = await openScriptedApi(t, [...pages])
  assert.deepEqual(
    (await provider.list()).map(({ id }) => id),
    ['1', '2', '3', '4'],
  )
})

test('what carries the tag under another name, or lacks the tag of all, is not ours, and is told of once', async t => {
  const others = [aDroplet(1, { name: 'web-1' }), aDroplet(2, { tags: ['mf-env-here'] }), aDroplet(3)]
  const { provider, warned } = await openScriptedApi(t, [pageOf(others)])
  for (let looks = 0; looks < 2; looks++)
    assert.deepEqual(
      (await provider.list()).map(machine => machine.id),
      ['3'],
    )
  assert.deepEqual(
    warned.map(line => /"machine":"(\d)"/.exec(line)?.[1]),
    ['1', '2'],
  )
})

test('a list in which one droplet cannot be read is no list: nothing may seem to be missing', async t => {
  for (const broken of [
    { id: '7' },
    { id: 2 ** 60 },
    { created_at: 'yesterday' },
    { size: {} },
    { networks: { v4: [{ ip_address: '-oProxyCommand=x', type: 'public' }] } },
  ]) {
    const { provider } = await openScriptedApi(t, [pageOf([aDroplet(1), aDroplet(2, broken)])])
    assert.equal(await codeOf(provider.list()), 'broken-answer', JSON.stringify(broken))
  }
})

describe('a list is asked for up to three times while what goes wrong may pass', () => {
  const passing: [string, Reply][] = [
    ['500', refusing(500, 'server_error', 'Unexpected server-side error')],
    ['503 with a page', answering(503, outagePage)],
    ['200 with a page', answering(200, outagePage, { 'content-type': 'text/html' })],
    ['200 that is cut', breakingAfter('{"droplets":[')],
    ['200 that ends early', answering(200, '{"droplets":[')],
    ['a broken connection', resetting],
    ['silence', silent],
    ['a 429 that says when', refusing(429, 'too_many_requests', 'API Rate limit exceeded.', { 'retry-after': '2' })],
  ]
  for (const [what, reply] of passing) {
    test(what, async t => {
      const options = { callSeconds: what === 'silence' ? 1 : 10 }
      const twice = await openScriptedApi(t, [reply, reply, pageOf([aDroplet(1)])], options)
      assert.equal((await twice.provider.list()).length, 1)
      const forEver = await openScriptedApi(t, [reply], options)
      assert.notEqual(await codeOf(forEver.provider.list()), 'answered')
      assert.equal(forEver.heard.length, 3)
    })
  }

  test('the waits between grow, and have chance in them', async t => {
    const { provider, slept } = await openScriptedApi(t, [resetting])
    await codeOf(provider.list())
    assert.deepEqual(slept, [1000, 2000])
  })
})

describe('what a person must see to is said at once', () => {
  const cases: [string, Reply, string][] = [
    ['a token that is not known', refusing(401, 'unauthorized', 'Unable to authenticate you'), 'refused'],
    ['a token that lacks the right', refusing(403, 'forbidden', 'You are not authorized'), 'refused'],
    ['an answer of another shape', json(200, { machines: [] }), 'broken-answer'],
    ['a redirect', answering(301, '', { location: 'https://elsewhere.invalid/' }), 'broken-answer'],
    ['a 404', refusing(404, 'not_found', 'The resource you requested could not be found.'), 'broken-answer'],
  ]
  for (const [what, reply, code] of cases) {
    test(what, async t => {
      const { provider, heard } = await openScriptedApi(t, [reply])
      assert.deepEqual([await codeOf(provider.list()), heard.length], [code, 1])
    })
  }
})

test('when the program ends, neither a call nor a wait goes on', async t => {
  const ending = new AbortController()
  const { provider, heard } = await openScriptedApi(t, [silent], {
    signal: ending.signal,
    fetch: request => {
      setImmediate(() => ending.abort(new Problem('unreachable', 'the program ends')))
      return fetch(request)
    },
  })
  assert.deepEqual(
    [await codeOf(provider.list()), await codeOf(provider.list()), heard.length <= 1],
    ['unreachable', 'unreachable', true],
  )
})

test('a token that cannot be one is refused without being said', async t => {
  for (const token of ['', 'dop_v1 abc', 'dop_v1_abc\n', 'dop_ü']) {
    await assert.rejects(openScriptedApi(t, [pageOf([])], { token }), (error: unknown) => {
      assert.ok(error instanceof Problem && error.code === 'refused')
      return token === '' || !error.message.includes(token)
    })
  }
})
