import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inTurn, answering, openScriptedServer } from '../../../test/fakes/scripted-server.ts'
import { openTerminal } from '../../../test/integration/door-terminal.ts'
import { openLedger } from '../ledger/open-ledger.ts'

test('a heartbeat tells what needs a person by every channel before it ends; the next one tells nothing again but what did not arrive', async t => {
  const person = await openTerminal(t)
  const server = await openScriptedServer(inTurn(answering(500), answering(200)))
  t.after(() => server.close())
  await person.put(rows =>
    rows.attention({ subject: 'installation', subject_id: 'installation', cause: 'panic', evidence: 'somebody stopped it' }),
  )
  const mails = join(person.home, 'mails')
  const settings = [
    `notify.webhook_url=${server.url}/hook`,
    `notify.mail_command=tee -a ${mails}`,
    'notify.mail_to=ops@example.org',
  ]
  const words = [...settings.flatMap(setting => ['--setting', setting]), 'heartbeat', '--once']
  const first = await person.type(words)
  assert.notEqual(first.code, 2, first.err)
  assert.equal(server.heard.length, 1)
  assert.ok(existsSync(mails))
  const ledger = await openLedger(join(person.home, 'ledger.sqlite'))
  await ledger.write(async tx => {
    await tx.updateTable('notices').set({ next_try_at: '2026-01-01T00:00:00.000Z' }).where('sent_at', 'is', null).execute()
  })
  await ledger.close()
  await person.type(words)
  await person.type(words)
  assert.equal(server.heard.length, 2, 'tried again, and then it had arrived')
  assert.equal(readFileSync(mails, 'utf8').match(/^Subject: microfetch on .*panic/gm)?.length, 1)
})
