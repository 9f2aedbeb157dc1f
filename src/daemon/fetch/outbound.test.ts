import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import * as v from 'valibot'
import { makeInstantTiming } from '../../../test/fakes/instant-timing.ts'
import { openOutbound } from '../../../test/fakes/open-outbound.ts'
import {
  answering,
  breakingAfter,
  inTurn,
  openScriptedServer,
  outagePage,
  resetting,
  silent,
  stallingAfter,
} from '../../../test/fakes/scripted-server.ts'
import type { Reply } from '../../../test/fakes/scripted-server.ts'
import type { ProblemCode } from '../../core/problem.ts'
import { Fault } from './fault.ts'
import { fetchJson, fetchText } from './fetch-json.ts'
import type { OutboundSettings } from './outbound.ts'

async function given(t: TestContext, reply: Reply, settings: Partial<OutboundSettings> = {}) {
  const server = await openScriptedServer(reply)
  const timing = makeInstantTiming()
  const outbound = openOutbound(settings, timing)
  t.after(async () => {
    await outbound.close()
    await server.close()
  })
  return { server, timing, outbound, request: { url: `${server.url}/thing` } }
}

function fault(code: ProblemCode, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  }
}

test('a question carries its query, encoded, and our name', async t => {
  const { server, outbound, request } = await given(t, answering(200, 'yes'))
  const { value } = await fetchText(outbound, { ...request, query: { query: 'tax_tree(562) AND a>=1', fields: 'x,y' } })
  assert.equal(value, 'yes')
  assert.equal(server.heard[0]?.query.get('query'), 'tax_tree(562) AND a>=1')
  assert.equal(server.heard[0]?.query.get('fields'), 'x,y')
  assert.equal(server.heard[0]?.headers['user-agent'], 'microfetch/test')
})

test('an outage that passes is waited out, longer each time', async t => {
  const { server, outbound, request, timing } = await given(
    t,
    inTurn(answering(503, outagePage), resetting, answering(200, 'back')),
  )
  assert.equal((await fetchText(outbound, request)).value, 'back')
  assert.equal(server.heard.length, 3)
  assert.deepEqual(timing.slept, [1000, 2000])
})

test('an outage that stays is told with its status, its words and the number of tries', async t => {
  const { server, outbound, request } = await given(t, answering(502, outagePage))
  await assert.rejects(
    fetchText(outbound, request),
    fault('unreachable', /\/thing answered 502: 503 Service Unavailable \(tried 3 times\)/),
  )
  assert.equal(server.heard.length, 3)
})

test('each passing status is tried again, and no other is', async t => {
  for (const status of [425, 429, 500, 502, 503, 504]) {
    const { outbound, request } = await given(t, inTurn(answering(status), answering(200, 'ok')))
    assert.equal((await fetchText(outbound, request)).value, 'ok', `after ${status}`)
  }
  const codes: Record<number, ProblemCode> = { 400: 'broken-answer', 401: 'refused', 403: 'refused', 404: 'broken-answer' }
  for (const [status, code] of Object.entries(codes)) {
    const { server, outbound, request } = await given(t, answering(Number(status), 'Invalid field(s) supplied: foo'))
    await assert.rejects(fetchText(outbound, request), fault(code, new RegExp(`answered ${status}: Invalid field`)))
    assert.equal(server.heard.length, 1, `after ${status}`)
  }
})

test('a host that says when to come back is not asked before', async t => {
  const { outbound, request, timing } = await given(t, inTurn(answering(429, '', { 'retry-after': '11' }), answering(200, 'ok')))
  await fetchText(outbound, request)
  assert.ok(timing.nowMs() >= 11_000)
})

test('a host that says to come back much later is left alone, and the next request is not even sent', async t => {
  const { server, outbound, request } = await given(t, answering(429, 'Too Many Requests', { 'retry-after': '900' }))
  await assert.rejects(fetchText(outbound, request), fault('slow-down', /answered 429: Too Many Requests/))
  await assert.rejects(fetchText(outbound, request), fault('slow-down', /asked for 900 more seconds/))
  assert.equal(server.heard.length, 1)
})

test('silence is unreachable, before an answer and within one', async t => {
  const mute = await given(t, silent, { idleSeconds: 0.1 })
  await assert.rejects(mute.outbound.send(mute.request), fault('unreachable', /no answer in time/))
  const stalled = await given(t, stallingAfter('half a'), { idleSeconds: 0.1 })
  const answer = await stalled.outbound.send(stalled.request)
  await assert.rejects(answer.text(), fault('unreachable', /stood still/))
})

test('a body that breaks off is asked for again', async t => {
  const { outbound, request } = await given(t, inTurn(breakingAfter('half'), answering(200, 'whole')))
  assert.equal((await fetchText(outbound, request)).value, 'whole')
})

test('nobody there is unreachable', async t => {
  const { server, outbound, request } = await given(t, silent)
  await server.close()
  server.close = async () => undefined
  await assert.rejects(fetchText(outbound, request), fault('unreachable', /nothing listens there/))
})

test('what is not JSON is asked for again; JSON of another shape is not', async t => {
  const schema = v.object({ runs: v.number() })
  const page = await given(t, inTurn(answering(200, outagePage), answering(200, '{"runs":3}')))
  assert.deepEqual((await fetchJson(page.outbound, page.request, schema)).value, { runs: 3 })
  const other = await given(t, answering(200, '{"runs":"three"}'))
  await assert.rejects(fetchJson(other.outbound, other.request, schema), fault('broken-answer', /at runs/))
  assert.equal(other.server.heard.length, 1)
})

test('a request that changes something is sent once', async t => {
  const { server, outbound, request } = await given(t, answering(503))
  await assert.rejects(
    fetchText(outbound, { ...request, method: 'POST', body: 'a=1' }),
    fault('unreachable', /POST .* answered 503/),
  )
  assert.equal(server.heard.length, 1)
})

test('a redirect is followed without the credentials when it leads to another host, and not for ever', async t => {
  const far = await given(t, answering(200, 'far'))
  const near = await given(t, answering(301, '', { location: `${far.server.url}/there` }))
  const { value } = await fetchText(near.outbound, { ...near.request, headers: { authorization: 'Bearer x' } })
  assert.equal(value, 'far')
  assert.equal(near.server.heard[0]?.headers.authorization, 'Bearer x')
  assert.equal(far.server.heard[0]?.headers.authorization, undefined)
  const circle = await given(t, answering(302, '', { location: '/thing' }))
  await assert.rejects(fetchText(circle.outbound, circle.request), fault('broken-answer', /302: sent on to/))
  assert.equal(circle.server.heard.length, 4)
})

test('an answer that is dropped frees its place', async t => {
  const { outbound, request } = await given(t, answering(200, 'x'.repeat(300_000)), { atMostAtOnce: 1 })
  for (let times = 0; times < 3; times++) (await outbound.send(request)).drop()
  const chunks = (await outbound.send(request)).chunks()
  await chunks.next()
  await chunks.return(undefined)
  assert.equal((await fetchText(outbound, request)).value.length, 300_000)
})

test('an answer without end is not read without end', async t => {
  const { outbound, request } = await given(t, answering(200, 'x'.repeat(100_000)))
  await assert.rejects((await outbound.send(request)).text(50_000), fault('broken-answer', /longer than 50000 bytes/))
})

test('closing breaks off what is under way', async t => {
  const { outbound, request } = await given(t, silent)
  const asked = assert.rejects(fetchText(outbound, request), fault('unreachable', /being ended/))
  await new Promise(resolve => setTimeout(resolve, 20))
  await outbound.close()
  await asked
})

test('what is not an address of the web is bad input', async t => {
  const { outbound } = await given(t, silent)
  await assert.rejects(fetchText(outbound, { url: 'ftp://example.org/x' }), { code: 'bad-input' })
})
