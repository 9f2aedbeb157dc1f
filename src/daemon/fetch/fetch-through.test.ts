import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { makeOwnCertificates } from '../../../test/fakes/own-certificates.ts'
import type { OwnCertificates } from '../../../test/fakes/own-certificates.ts'
import { answering, inTurn, listen, openScriptedServer, silent } from '../../../test/fakes/scripted-server.ts'
import { openSmallProxy } from '../../../test/fakes/small-proxy.ts'
import { describeError } from '../../core/problem.ts'
import type { RouteSettings } from './dispatchers.ts'
import { fetchThrough } from './fetch-through.ts'

const direct = { httpProxy: undefined, httpsProxy: undefined, noProxy: undefined, caPem: undefined, connectSeconds: 5 }

function open(t: TestContext, settings: Partial<RouteSettings> = {}) {
  const way = fetchThrough({ ...direct, ...settings, userAgent: 'microfetch/test' })
  t.after(() => way.close())
  return way
}

test('a request goes through the proxy with its method, headers and body, and says who asks', async t => {
  const server = await openScriptedServer((response, heard) => {
    const { 'x-sort': sort, 'user-agent': who, 'content-length': bytes } = heard.headers
    response.end([heard.method, sort, who, bytes].join(' '))
  })
  const proxy = await openSmallProxy()
  t.after(() => Promise.all([server.close(), proxy.close()]))
  const way = open(t, { httpProxy: proxy.url })
  const answer = await way.fetch(new Request(`${server.url}/x`, { method: 'POST', headers: { 'x-sort': 'a' }, body: 'four' }))
  assert.equal(await answer.text(), 'POST a microfetch/test 4')
  assert.deepEqual(proxy.asked, [`POST ${server.url}/x`])
})

const own = makeOwnCertificates()

test(
  'a host with a certificate of our own is trusted by its bundle, and by nothing less',
  { skip: own === undefined && 'no openssl here' },
  async t => {
    const { certificate: cert, key, authority } = own as OwnCertificates
    const secure = await listen(createServer({ key, cert }, (_, response) => response.end('in')))
    t.after(() => secure.close())
    const url = `https://${secure.host}/`
    await assert.rejects(open(t).fetch(new Request(url)), (error: unknown) => /certificate|CERT/i.test(describeError(error)))
    assert.equal(await (await open(t, { caPem: authority }).fetch(new Request(url))).text(), 'in')
  },
)

test('a redirect is not followed', async t => {
  const server = await openScriptedServer(inTurn(answering(302, '', { location: '/elsewhere' }), answering(200, 'there')))
  t.after(() => server.close())
  const answer = await open(t).fetch(new Request(`${server.url}/x`))
  assert.deepEqual([answer.status, server.heard.length], [302, 1])
})

test('the signal of the request ends it', async t => {
  const server = await openScriptedServer(silent)
  t.after(() => server.close())
  await assert.rejects(open(t).fetch(new Request(`${server.url}/x`, { signal: AbortSignal.timeout(30) })))
})
