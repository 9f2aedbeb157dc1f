import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { showStatus } from '../../src/api/status.ts'
import { makeClient } from '../../src/api/client.ts'
import { Problem, type ProblemCode } from '../../src/core/problem.ts'
import { callbackPaths } from '../../src/api/callbacks.ts'
import { tokenHashOf } from '../../src/daemon/http/guards.ts'
import { statusOf } from '../../src/daemon/http/reply-to-problem.ts'
import { routes } from '../../src/daemon/http/routes/routes.ts'
import { problemOf } from '../../src/api/problem-reply.ts'
import { openDoorWorld } from './door-world.ts'

const here = import.meta.dirname
const json = { 'content-type': 'application/json' }

test('every route has a test that asks it', () => {
  // A collector's own routes are looked at in collector-door.test.ts.
  const files = readdirSync(join(here, '../../src/api')).filter(file => file !== 'collections.ts')
  const declared = files.flatMap(file => {
    const text = readFileSync(join(here, '../../src/api', file), 'utf8')
    return [...text.matchAll(/export const (\w+) = endpoint\(/g)].map(match => match[1] ?? '')
  })
  assert.equal(declared.length, routes.length, 'every endpoint that is declared is answered')
  const tests = readdirSync(here).filter(file => /^door.*\.test\.ts$/.test(file))
  const text = tests.map(file => readFileSync(join(here, file), 'utf8')).join('\n')
  for (const name of declared) assert.ok(new RegExp(`\\.(ask|stream|text)\\(${name}\\b`).test(text), `no test asks ${name}`)
  for (const name of Object.keys(callbackPaths))
    assert.match(text, new RegExp(`callbackPaths\\.${name}\\b`), `no test calls back by ${name}`)
})

test('a name that is not the door own is refused, as a page that points its name here would have one', async () => {
  const world = await openDoorWorld()
  assert.equal((await world.raw('/api/status', { host: 'evil.example:8577' })).status, 403)
  assert.equal((await world.raw('/api/status', { host: 'localhost:8577' })).status, 200)
  const anywhere = await openDoorWorld({ access: { peopleTokenHash: undefined, hosts: undefined } })
  assert.equal((await anywhere.raw('/api/status', { host: 'manager.example.org' })).status, 200)
})

test('what a page of another site sends is refused, and so is what a page can send without being asked', async () => {
  const world = await openDoorWorld()
  const body = JSON.stringify({ paused: true })
  const post = (headers: Record<string, string>) => world.raw('/api/taxa/624/pause', { method: 'POST', headers, body })
  assert.equal((await post({ ...json, origin: 'https://evil.example' })).status, 403)
  assert.equal((await post({ 'content-type': 'text/plain' })).status, 400)
  assert.equal(
    (await post({ ...json, origin: 'http://localhost:8577' })).status,
    404,
    'the door itself may: there is only no such taxon',
  )
})

test('with a token set, people without it are refused and those with it are heard', async () => {
  const world = await openDoorWorld({ access: { peopleTokenHash: tokenHashOf('sesame'), hosts: ['localhost'] } })
  assert.equal((await world.raw('/api/status')).status, 401)
  assert.equal((await world.raw('/api/status', { headers: { authorization: 'Bearer wrong' } })).status, 401)
  assert.equal((await world.raw('/api/status', { headers: { authorization: 'Bearer sesame' } })).status, 200)
})

test('whatever is wrong is answered as a problem in JSON, also what nobody expected, without its inside', async () => {
  const world = await openDoorWorld()
  const told = async (path: string, init?: RequestInit) =>
    (await (await world.raw(path, init)).json()) as { code: string; message: string }
  assert.equal((await told('/nowhere')).code, 'not-found')
  assert.match((await told('/api/taxa/x')).message, /whole number/)
  assert.match((await told('/api/taxa', { method: 'POST', headers: json, body: '{"asked":[]}' })).message, /the body, asked/)
  await world.ledger.close()
  const broken = await world.raw('/api/taxa')
  assert.equal(broken.status, 500)
  assert.doesNotMatch(await broken.text(), /sqlite|database|\/work|\.ts/i)
})

test('a problem keeps its code and its words from the door to the client, for every code there is', () => {
  for (const code of Object.keys(statusOf) as ProblemCode[]) {
    const told = problemOf(statusOf[code], JSON.stringify({ code, message: 'these words' }), 'GET /x')
    assert.deepEqual([told.code, told.message], [code, 'these words'])
  }
  assert.equal(problemOf(502, '<html>a proxy</html>', 'GET /x').code, 'unreachable')
  assert.equal(problemOf(401, '', 'GET /x').code, 'refused')
})

test('the client says what it could not reach, what it could not read, and when it was told to stop waiting', async () => {
  const ask = (answer: () => Promise<Response>, timeLimitMs = 1000) =>
    makeClient(answer, { baseUrl: 'http://localhost:1', timeLimitMs }).ask(showStatus, {})
  const isProblem = (code: string, words: RegExp) => (error: unknown) =>
    error instanceof Problem && error.code === code && words.test(error.message)
  await assert.rejects(
    ask(() => Promise.reject(new TypeError('fetch failed'))),
    isProblem('unreachable', /is the daemon running/),
  )
  await assert.rejects(
    ask(async () => new Response('<html>')),
    isProblem('broken-answer', /is it microfetch that listens/),
  )
  await assert.rejects(
    ask(async () => Response.json({ version: 1 })),
    isProblem('broken-answer', /another shape.*one version/),
  )
  const never = () => new Promise<Response>(() => undefined)
  const hangs = (request: Request) =>
    Promise.race([
      never(),
      new Promise<Response>((_resolve, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error)),
      ),
    ])
  const client = makeClient(hangs, { baseUrl: 'http://localhost:1', timeLimitMs: 20 })
  await assert.rejects(client.ask(showStatus, {}), isProblem('unreachable', /did not answer.*0\.02 s/))
})
