import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { tokenHashOf } from '../../src/daemon/http/guards.ts'
import { openTerminal } from './door-terminal.ts'
import { openDoorWorld } from './door-world.ts'

test('with --server every verb speaks to that daemon, lists and streams too, and to no ledger of its own', async t => {
  const world = await openDoorWorld({ access: { peopleTokenHash: tokenHashOf('sesame'), hosts: ['127.0.0.1'] } })
  await world.rows.taxon(624, { scientific_name: 'Shigella sonnei' })
  for (const run of ['ERR000001', 'ERR000002']) {
    await world.rows.run(run)
    await world.rows.verdict(624, run)
  }
  const server = serve({ fetch: request => world.app.fetch(request), port: 0, hostname: '127.0.0.1' })
  t.after(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const person = await openTerminal(t)
  // A proxy is set, and nobody there: this computer is reached without it.
  const environment = { MICROFETCH_SERVER_TOKEN: 'sesame', http_proxy: 'http://127.0.0.1:9' }
  const type = (...command: string[]) => person.type(['--server', `http://127.0.0.1:${port}`, ...command], { environment })
  assert.match((await type('status')).out, /624\tShigella sonnei/)
  assert.equal((await type('runs', '--fields', 'run_accession')).out, 'run_accession\nERR000001\nERR000002\n')
  assert.match((await type('export', '-')).out, /ERR000002\t624/)
  assert.match((await type('pause', '624')).out, /paused/)
  const event = await world.ledger.read.selectFrom('events').select('by_whom').executeTakeFirstOrThrow()
  assert.match(event.by_whom, /^person /)
  const without = await person.type(['--server', `http://127.0.0.1:${port}`, 'status'])
  assert.equal(without.code, 4)
  assert.match(without.err, /MICROFETCH_SERVER_TOKEN/)
  assert.match((await person.type(['status'])).err, /there is no ledger/)
})
