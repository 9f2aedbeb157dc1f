import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { answering, openScriptedServer } from '../../../test/fakes/scripted-server.ts'
import { openOutbound } from '../../../test/fakes/open-outbound.ts'
import { fullToken } from '../../rehearsal/cloud/cloud-settings.ts'
import { openTestCloud } from '../../rehearsal/cloud/open-test-cloud.ts'
import { readConfig } from '../config.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import type { Check, Finding } from './check.ts'
import { checkCloud } from './cloud.ts'
import { checkCollecting } from './collecting.ts'
import { checkPublicUrl } from './public-url.ts'
import { checkTelling } from './telling.ts'

function aWayOut(t: TestContext) {
  const outbound = openOutbound()
  t.after(() => outbound.close())
  return outbound
}

/** A home of its own with a token file, set to make droplets. */
async function aHome(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'mf-doctor-cloud-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const tokenFile = join(home, 'token')
  writeFileSync(tokenFile, `${fullToken}\n`, { mode: 0o600 })
  const look = async (check: Check, settings: string[], environment: Record<string, string> = {}): Promise<Finding[]> => {
    const all = ['provider.name=digitalocean', `digitalocean.token_file=${tokenFile}`, ...settings]
    const config = await readConfig({ home, settings: all, environment: { PATH: process.env['PATH'], ...environment } })
    return check({ config, now: new Date(), outbound: aWayOut(t), source: {} as never })
  }
  return { home, tokenFile, look }
}

const shown = (findings: readonly Finding[]) =>
  findings.map(({ check, outcome, says, cure }) => `${outcome} ${check}: ${says} → ${cure}`).join('\n')

suite('the doctor, where machines are droplets', () => {
  test('looks at account, rights, limits, offer, clock and cap', async t => {
    const cloud = await openTestCloud(t, { clock: () => new Date() })
    const { look } = await aHome(t)
    const findings = await look(checkCloud, [`digitalocean.api_url=${cloud.url}`, 'spend.month_dollars=1'])
    assert.deepEqual(
      findings.filter(({ outcome }) => outcome !== 'ok'),
      [],
    )
    for (const check of ['token', 'account', 'droplets', 'sizes', 'image', 'rights', 'calls', 'clock'])
      assert.ok(
        findings.some(finding => finding.check === `DigitalOcean ${check}`),
        check,
      )
    assert.match(shown(findings), /ok cap: .*\$1\.00 in a month/)
    const uncapped = await look(checkCloud, [`digitalocean.api_url=${cloud.url}`])
    assert.match(shown(uncapped), /warning cap: .* → set spend\.month_dollars/)
  })

  test('says where the token lies and who could read it, and never the token', async t => {
    const cloud = await openTestCloud(t, { clock: () => new Date() })
    const { tokenFile, look } = await aHome(t)
    const url = `digitalocean.api_url=${cloud.url}`
    chmodSync(tokenFile, 0o644)
    const open = shown(await look(checkCloud, [url]))
    assert.match(open, /^failed DigitalOcean token: .*chmod 600/)
    const variable = { MICROFETCH_DIGITALOCEAN_TOKEN: fullToken }
    const shared = shown(await look(checkCloud, [url, 'digitalocean.token_file='], variable))
    assert.match(shared, /^warning DigitalOcean token: it comes from the variable/)
    assert.doesNotMatch(open + shared, new RegExp(fullToken))
  })

  test('looks at nothing of it where machines are local', async t => {
    const { look } = await aHome(t)
    for (const check of [checkCloud, checkCollecting, checkPublicUrl])
      assert.deepEqual(await look(check, ['provider.name=local']), [])
  })
})

suite('the doctor, where results come from other hosts', () => {
  test('wants an ssh, and keys that only their owner can read', async t => {
    const { home, look } = await aHome(t)
    assert.match(shown(await look(checkCollecting, [])), /ok ssh: \d[\s\S]*ok ssh key: the daemon makes its own/)
    assert.match(shown(await look(checkCollecting, [], { PATH: home })), /failed ssh: there is no ssh on PATH/)
    mkdirSync(join(home, 'ssh'))
    writeFileSync(join(home, 'ssh/collector_ed25519'), '', { mode: 0o644 })
    writeFileSync(join(home, 'ssh/collector_ed25519.pub'), '', { mode: 0o644 })
    const findings = (await look(checkCollecting, [])).filter(({ check }) => check === 'ssh key')
    assert.match(shown(findings), /^failed ssh key: .*collector_ed25519 has mode 644.*→ chmod 600/)
    assert.equal(findings.length, 1)
    assert.match(shown(await look(checkCollecting, ['collector.identity_file=/nowhere/key'])), /failed ssh key: .* is not there/)
    assert.match(shown(await look(checkCollecting, ['collector.quota_gb=99000000'])), /warning quota/)
  })

  test('says when the collector was heard, and what its silence means', async t => {
    const { home, look } = await aHome(t)
    const remote = ['collector.name=remote', `collector.token_hash=${'a'.repeat(64)}`]
    assert.match(
      shown(await look(checkCollecting, ['collector.name=remote'])),
      /failed collector: .*no collector would be let in/,
    )
    assert.match(shown(await look(checkCollecting, remote)), /warning collector: no collector was ever heard/)
    const ledger = await openLedger(join(home, 'ledger.sqlite'))
    const hear = (heardAt: Date) =>
      ledger.write(async tx => {
        const row = {
          name: 'store',
          library_id: 'l',
          version: '1',
          free_bytes: 5e12,
          heard_at: heardAt.toISOString(),
          stored_epoch: null,
        }
        await tx.deleteFrom('collectors').execute()
        await tx.insertInto('collectors').values(row).execute()
      })
    await hear(new Date())
    assert.match(shown(await look(checkCollecting, remote)), /ok collector: store \(1\) was heard \d s ago; .* 5000\.0 GB/)
    await hear(new Date(Date.now() - 7_300_000))
    assert.match(shown(await look(checkCollecting, remote)), /failed collector: .*nothing is created/)
    await ledger.close()
  })
})

test('the doctor asks the daemon where droplets would call it', async t => {
  const { look } = await aHome(t)
  assert.match(shown(await look(checkPublicUrl, [])), /^ok public address: droplets do not call/)
  const daemon = await openScriptedServer(answering(200, '{"ok":true,"version":"9.9"}'))
  const other = await openScriptedServer(answering(200, '<html>'))
  t.after(() => Promise.all([daemon.close(), other.close()]))
  assert.match(shown(await look(checkPublicUrl, [`server.public_url=${daemon.url}`])), /^ok public address: .* version 9\.9/)
  assert.deepEqual(daemon.heard[0]?.path, '/health')
  assert.match(shown(await look(checkPublicUrl, [`server.public_url=${other.url}`])), /^warning public address/)
  assert.match(shown(await look(checkPublicUrl, ['server.public_url=http://127.0.0.1:9'])), /^warning public address/)
})

test('the doctor says whether people are told, and whether it arrives; the address of a webhook may be a secret', async t => {
  const { home, look } = await aHome(t)
  assert.match(shown(await look(checkTelling, [])), /^warning telling: nobody is told/)
  const hook = shown(await look(checkTelling, ['notify.webhook_url=https://chat.example.org/hooks/very-secret']))
  assert.equal(hook, 'ok webhook: chat.example.org is told → ')
  const mail = (command: string, to: string) => look(checkTelling, [`notify.mail_command=${command}`, `notify.mail_to=${to}`])
  assert.match(shown(await mail('sh -t', 'ops@example.org')), /^ok mail: sh sends to ops@example\.org/)
  assert.match(shown(await mail('no-such-mailer', 'ops@example.org')), /^failed mail/)
  assert.match(shown(await mail('sh', '')), /^warning mail/)
  assert.match(shown(await mail('sh', 'ops')), /^failed mail: ops is no mail address/)
  const ledger = await openLedger(join(home, 'ledger.sqlite'))
  await ledger.write(async tx => {
    const at = new Date().toISOString()
    const row = { channel: 'webhook', kind: 'daily', attention_id: null, which: 'd', notice_json: '{}', written_at: at } as const
    await tx
      .insertInto('notices')
      .values({ ...row, tries: 2, next_try_at: at, sent_at: null, last_error: 'it was answered 500' })
      .execute()
  })
  await ledger.close()
  assert.match(
    shown(await mail('sh', 'ops@example.org')),
    /warning webhook delivery: 1 notices could not be sent yet: it was answered 500/,
  )
})
