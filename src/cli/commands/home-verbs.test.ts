import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, suite, test } from 'node:test'
import { takeDaemonLock } from '../../daemon/daemon-lock.ts'
import { openLedger } from '../../daemon/ledger/open-ledger.ts'
import { runCli } from '../run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-verbs-'))
after(() => rmSync(folder, { recursive: true }))

interface Told {
  status: number
  /** What went to stdout, and what to stderr. */
  data: string
  messages: string
}

/** One command, as a script would give it: no terminal anywhere. */
async function microfetch(words: string[], environment: Record<string, string> = {}): Promise<Told> {
  const output = new PassThrough()
  const messages = new PassThrough()
  const said = Promise.all([text(output), text(messages)])
  const status = await runCli({
    argv: words,
    streams: { input: new PassThrough().end(), output, messages },
    environment: { HOME: folder, PATH: '/nowhere', ...environment },
    workingFolder: folder,
    interrupted: new AbortController().signal,
    clock: () => new Date('2026-08-22T10:04:11Z'),
  })
  output.end()
  messages.end()
  const [data, spoken] = await said
  return { status, data, messages: spoken }
}

function aHome(): string {
  return mkdtempSync(join(folder, 'home-'))
}

/** A home with a ledger. */
async function aHomeWithLedger(): Promise<string> {
  const home = aHome()
  await (await openLedger(join(home, 'ledger.sqlite'))).close()
  return home
}

suite('microfetch init', () => {
  test('makes the home and a file that sets nothing, and prints its path alone', async () => {
    const home = join(aHome(), 'new', 'place')
    const told = await microfetch(['--home', home, 'init'])
    assert.deepEqual([told.status, told.data], [0, `${home}/microfetch.toml\n`])
    assert.equal((await microfetch(['--home', home, 'config', '--changed', '--json'])).data.includes('microfetch.toml'), false)
  })

  test('does not write over a file unless forced', async () => {
    const home = aHome()
    writeFileSync(join(home, 'microfetch.toml'), '# mine\n')
    const refused = await microfetch(['--home', home, 'init'])
    assert.deepEqual([refused.status, refused.data], [1, ''])
    assert.match(refused.messages, /--force/)
    assert.equal(readFileSync(join(home, 'microfetch.toml'), 'utf8'), '# mine\n')
    assert.equal((await microfetch(['--home', home, 'init', '--force'])).status, 0)
    assert.match(readFileSync(join(home, 'microfetch.toml'), 'utf8'), /\[policy\]/)
  })

  test('works although the settings are wrong: it is the way to mend them', async () => {
    const home = aHome()
    writeFileSync(join(home, 'microfetch.toml'), 'wrong')
    assert.equal((await microfetch(['--home', home, 'config'])).status, 2)
    assert.equal((await microfetch(['--home', home, 'init', '--force'])).status, 0)
    assert.equal((await microfetch(['--home', home, 'config'])).status, 0)
  })
})

suite('microfetch config', () => {
  test('prints what is in force, and from where, as columns for a program', async () => {
    const home = aHome()
    writeFileSync(join(home, 'microfetch.toml'), '[policy]\nmax_workers = 3\nmax_held = 3\n')
    const told = await microfetch(['--home', home, '--setting', 'policy.batch_runs=9', 'config', '--changed'], {
      MICROFETCH_POLICY_MAX_HELD: '5',
    })
    assert.equal(
      told.data,
      `key\tvalue\tfrom\tplace\npolicy.max_workers\t3\tfile\t${home}/microfetch.toml:2\npolicy.max_held\t5\tenvironment\tMICROFETCH_POLICY_MAX_HELD\npolicy.batch_runs\t9\tflag\t--setting policy.batch_runs\n`,
    )
  })

  test('prints one key or one section, as JSON too', async () => {
    const told = await microfetch(['--home', aHome(), 'config', 'ena.portal_url', '--json'])
    assert.deepEqual(JSON.parse(told.data), {
      settings: [{ key: 'ena.portal_url', value: 'https://www.ebi.ac.uk/ena/portal/api', from: 'default', place: '' }],
    })
    assert.equal((await microfetch(['--home', aHome(), 'config', 'server', '--json'])).data.match(/"key"/g)?.length, 4)
  })

  test('takes the beginning of a key for all that begin so, and names the nearest for one that is wrong', async () => {
    const home = aHome()
    const keys = async (...words: string[]) =>
      (await microfetch(['--home', home, 'config', ...words])).data
        .trim()
        .split('\n')
        .slice(1)
        .map(line => line.split('\t')[0] ?? '')
    const begun = await keys('policy.max')
    assert.ok(begun.length > 1 && begun.every(key => key.startsWith('policy.max')), begun.join(' '))
    assert.deepEqual(await keys('policy.max_workers'), ['policy.max_workers'])
    for (const [wrong, hint] of [
      ['polcy', /there is no setting polcy; did you mean policy\?/],
      ['ena.portal_ur2', /did you mean ena\.portal_url\?/],
      ['portal_url', /did you mean ena\.portal_url\?/],
      ['nothing-like-it', /there is no setting nothing-like-it; microfetch config prints them all/],
    ] as const) {
      const told = await microfetch(['--home', home, 'config', wrong])
      assert.deepEqual([told.status, told.data], [2, ''], wrong)
      assert.match(told.messages, hint)
    }
  })

  test('refuses wrong settings as wrong usage, with every fault', async () => {
    const told = await microfetch(['--home', aHome(), '--setting', 'a=1', 'config'], { MICROFETCH_B: '1' })
    assert.deepEqual([told.status, told.data], [2, ''])
    assert.match(told.messages, /MICROFETCH_B/)
    assert.match(told.messages, /--setting a:/)
  })
})

suite('microfetch backup and restore', () => {
  test('copy and bring back, each printing the path alone', async () => {
    const home = await aHomeWithLedger()
    const saved = await microfetch(['--home', home, 'backup', 'saved'])
    assert.deepEqual([saved.status, saved.data], [0, `${folder}/saved\n`])
    assert.equal((await microfetch(['--home', home, 'backup', 'saved'])).status, 1)
    const restored = await microfetch(['--home', home, 'restore', 'saved', '--yes', '--json'])
    assert.equal(restored.status, 0, restored.messages)
    const { epoch, adopting, aside } = JSON.parse(restored.data) as { epoch: number; adopting: boolean; aside: string }
    assert.deepEqual([epoch, adopting, existsSync(aside)], [1, true, true])
  })

  test('a restore is not done without a yes, nor beside a daemon', async () => {
    const home = await aHomeWithLedger()
    const { data } = await microfetch(['--home', home, 'backup'])
    const before = readdirSync(home).sort()
    const unasked = await microfetch(['--home', home, 'restore', data.trim()])
    assert.equal(unasked.status, 2)
    assert.match(unasked.messages, /--yes/)
    assert.deepEqual(readdirSync(home).sort(), before)
    const lock = takeDaemonLock(join(home, 'daemon.lock'), { command: 'microfetch up', since: 'noon' })
    const busy = await microfetch(['--home', home, 'restore', data.trim(), '--yes'])
    lock.release()
    assert.equal(busy.status, 1)
    assert.match(busy.messages, /"microfetch up", pid/)
  })
})

suite('microfetch doctor', () => {
  test('ends with status 1 when something is in the way, and says it as JSON too', async () => {
    const nowhere = ['portal_url', 'taxonomy_url', 'files_url'].flatMap(key => ['--setting', `ena.${key}=http://127.0.0.1:9`])
    const told = await microfetch(['--home', aHome(), ...nowhere, 'doctor', '--json'])
    assert.equal(told.status, 1)
    const { checks } = JSON.parse(told.data) as { checks: { check: string; outcome: string; cure: string }[] }
    assert.equal(checks.find(finding => finding.check === 'rsync')?.outcome, 'failed')
    assert.match(told.messages, /checks failed/)
  })

  test('tells of wrong settings instead of failing by them', async () => {
    const told = await microfetch(['--home', aHome(), '--setting', 'a=1', 'doctor'])
    assert.equal(told.status, 1)
    assert.match(told.data, /failed\tsettings\t--setting a: there is no such setting/)
  })
})
