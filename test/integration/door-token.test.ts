import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/daemon/config.ts'
import { tokenHashOf } from '../../src/daemon/http/guards.ts'
import { openDaemon } from '../../src/daemon/main.ts'
import { openTerminal } from './door-terminal.ts'

test('a daemon with a token asks people for it, and not the program that runs it', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624, { next_check_at: '2999-01-01T00:00:00.000Z' }))
  const settings = ['server.allow_remote=true', `server.token_hash=${tokenHashOf('sesame')}`]
  const config = await readConfig({ home: person.home, environment: person.environment, settings })
  const log = { say: () => undefined, warn: () => undefined }
  const daemon = await openDaemon(config, { version: 'test', command: 'test', log })
  t.after(() => daemon.close())
  const ask = (token?: string) =>
    fetch(`${daemon.url}/api/status`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await ask()).status, 401)
  assert.equal((await ask('open')).status, 401)
  assert.equal((await ask('sesame')).status, 200)
  assert.equal((await daemon.answer(new Request('http://localhost/api/status'))).status, 200)
  const environment = { MICROFETCH_SERVER_URL: daemon.url, MICROFETCH_SERVER_TOKEN: 'sesame' }
  assert.match((await person.type(['status'], { environment })).out, /^624\t/m)
})

test('up sums up its work where a token is set', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624, { next_check_at: '2999-01-01T00:00:00.000Z' }))
  const told = await person.type(['--setting', `server.token_hash=${tokenHashOf('sesame')}`, 'up', '--until-idle'])
  assert.deepEqual([told.code, /Nothing is left to do/.test(told.err)], [0, true], told.err)
})
