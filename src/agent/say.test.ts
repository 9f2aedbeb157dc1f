import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import * as v from 'valibot'
import { openDaemon } from './say.ts'

const reply = v.object({ ok: v.literal(true) })

/** What the agent makes of these answers, one after another. */
async function hear(...answers: [status: number, body: string, location?: string][]): Promise<string[]> {
  const rest = [...answers]
  const server = createServer((_request, response) => {
    const [status, body, location] = rest.shift() ?? [500, '']
    response.writeHead(status, location === undefined ? {} : { location }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const daemon = openDaemon({ serverUrl, token: 't', machineId: 'm', callSeconds: 2 })
  const heard: string[] = []
  for (let count = 0; count < answers.length; count++) {
    const answer = await daemon.say('/agent/beat', {}, reply)
    heard.push(answer.kind === 'later' ? `later${answer.reached ? '' : ', nobody there'}` : answer.kind)
  }
  server.closeAllConnections()
  server.close()
  return heard
}

test('an answer says what to do next', async () => {
  assert.deepEqual(await hear([200, '{"ok":true}'], [410, ''], [503, ''], [429, ''], [500, '']), [
    'heard',
    'gone',
    'later',
    'later',
    'later',
  ])
  assert.deepEqual(await hear([400, 'no'], [413, ''], [422, '']), ['refused', 'refused', 'refused'])
})

test('what does not come from a daemon of ours is nobody: errors of proxies, redirects, pages, cut or wrong replies', async () => {
  const answers: [number, string, string?][] = [
    [502, '<html>'],
    [404, ''],
    [401, ''],
    [401, ''],
    [401, ''],
    [302, '', 'http://127.0.0.1:1/'],
    [200, '<html>'],
    [200, '{"ok":'],
    [200, '{}'],
  ]
  assert.deepEqual(
    await hear(...answers),
    answers.map(() => 'later, nobody there'),
  )
})

test('a port where nobody listens is nobody', async () => {
  const daemon = openDaemon({ serverUrl: 'http://127.0.0.1:1', token: 't', machineId: 'm', callSeconds: 2 })
  const answer = await daemon.say('/x', {}, reply)
  assert.equal(answer.kind === 'later' && answer.reached, false)
})
