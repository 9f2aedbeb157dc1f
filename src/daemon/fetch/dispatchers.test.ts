import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import { suite, test } from 'node:test'
import type { TestContext } from 'node:test'
import { openOutbound } from '../../../test/fakes/open-outbound.ts'
import { makeOwnCertificates } from '../../../test/fakes/own-certificates.ts'
import type { OwnCertificates } from '../../../test/fakes/own-certificates.ts'
import { answering, listen, openScriptedServer } from '../../../test/fakes/scripted-server.ts'
import { openSmallProxy } from '../../../test/fakes/small-proxy.ts'
import { describeError } from '../../core/problem.ts'
import { fetchText } from './fetch-json.ts'
import type { OutboundSettings } from './outbound.ts'

async function askThrough(t: TestContext, settings: Partial<OutboundSettings>, url: string): Promise<string> {
  const outbound = openOutbound(settings)
  t.after(() => outbound.close())
  return (await fetchText(outbound, { url })).value
}

async function plainServer(t: TestContext) {
  const server = await openScriptedServer(answering(200, 'plain'))
  t.after(() => server.close())
  return server
}

async function someProxy(t: TestContext, wants?: string) {
  const proxy = await openSmallProxy(wants)
  t.after(() => proxy.close())
  return proxy
}

test('a plain request goes through the proxy for plain requests, with its credentials', async t => {
  const server = await plainServer(t)
  const proxy = await someProxy(t, 'ana:s3cret')
  const httpProxy = `http://ana:s3cret@${proxy.host}`
  assert.equal(await askThrough(t, { httpProxy }, `${server.url}/x?a=1`), 'plain')
  assert.deepEqual(proxy.asked, [`GET ${server.url}/x?a=1`])
})

test('a proxy that refuses our credentials is a fault that a person must see to, and its message does not give them away', async t => {
  const server = await plainServer(t)
  const proxy = await someProxy(t, 'ana:right')
  for (const url of [`${server.url}/x`, 'https://ena.invalid/x']) {
    const asked = askThrough(
      t,
      { httpProxy: `http://ana:wr0ng@${proxy.host}`, httpsProxy: `http://ana:wr0ng@${proxy.host}` },
      url,
    )
    await assert.rejects(asked, (error: unknown) => {
      assert.equal((error as { code?: string }).code, 'refused', describeError(error))
      assert.match(describeError(error), /the proxy answered 407/)
      assert.doesNotMatch(describeError(error), /wr0ng/)
      return true
    })
  }
  assert.equal(proxy.asked.length, 2)
})

test('hosts that are to be reached directly are', async t => {
  const server = await plainServer(t)
  const proxy = await someProxy(t)
  assert.equal(await askThrough(t, { httpProxy: proxy.url, noProxy: 'example.org,127.0.0.1' }, server.url), 'plain')
  assert.deepEqual(proxy.asked, [])
})

test('a proxy may be named without its scheme', async t => {
  const server = await plainServer(t)
  const proxy = await someProxy(t)
  assert.equal(await askThrough(t, { httpProxy: proxy.host }, server.url), 'plain')
  assert.equal(proxy.asked.length, 1)
})

test('a proxy that is not there is unreachable', async t => {
  const proxy = await openSmallProxy()
  await proxy.close()
  await assert.rejects(askThrough(t, { httpProxy: proxy.url }, 'http://ena.invalid/x'), { code: 'unreachable' })
})

test('settings that cannot be used are told at once', () => {
  assert.throws(() => openOutbound({ httpProxy: 'http://:::' }), { code: 'bad-input' })
  assert.throws(() => openOutbound({ caPem: 'no certificate' }), { code: 'bad-input', message: /no certificate in PEM/ })
})

const own = makeOwnCertificates()

suite(
  'with certificates of our own',
  { skip: own === undefined ? 'there is no openssl here to make certificates with' : false },
  () => {
    async function secureServer(t: TestContext) {
      const { certificate, key } = own as OwnCertificates
      const server = await listen(createServer({ cert: certificate, key }, (_request, response) => response.end('secure')))
      t.after(() => server.close())
      return { ...server, url: `https://${server.host}` }
    }

    test('a host with a certificate of ours is trusted when we name the bundle', async t => {
      const server = await secureServer(t)
      assert.equal(await askThrough(t, { caPem: own?.authority }, server.url), 'secure')
    })

    test('without the bundle it is refused, once, and the message says what to set', async t => {
      const server = await secureServer(t)
      await assert.rejects(askThrough(t, {}, server.url), { code: 'refused', message: /not trusted .* name their bundle/ })
    })

    test('a secure request is tunnelled through the proxy for secure requests', async t => {
      const server = await secureServer(t)
      const proxy = await someProxy(t)
      assert.equal(await askThrough(t, { httpsProxy: proxy.url, caPem: own?.authority }, server.url), 'secure')
      assert.deepEqual(proxy.asked, [`CONNECT ${server.host}`])
    })

    test('the proxy for plain requests is not asked for secure ones', async t => {
      const server = await secureServer(t)
      const proxy = await someProxy(t)
      assert.equal(await askThrough(t, { httpProxy: proxy.url, caPem: own?.authority }, server.url), 'secure')
      assert.deepEqual(proxy.asked, [])
    })
  },
)
