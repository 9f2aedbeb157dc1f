import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { Problem, type ProblemCode } from '../../core/problem.ts'
import { takeDaemonLock } from '../daemon-lock.ts'
import { graceUntil, noteRound } from '../ledger/grace.ts'
import { readInstallation } from '../ledger/installation.ts'
import { inspectLedgerFile } from '../ledger/ledger-file.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { homeAt, type Home } from '../settings/home.ts'
import { makeBackup } from './backup.ts'
import { restoreBackup } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-backup-'))
after(() => rmSync(folder, { recursive: true }))
const now = new Date('2026-08-22T10:04:11.500Z')
let homes = 0

/** A new, empty home. */
function aHome(): Home {
  const path = join(folder, `home-${++homes}`)
  mkdirSync(path)
  return homeAt(path, {
    dataDir: path,
    logDir: join(path, 'logs'),
    workDir: join(path, 'workers'),
    libraryDir: join(path, 'library'),
  })
}

/** Puts a run with that accession into the ledger: enough to tell one ledger from another. */
async function addRun(ledger: Ledger, accession: string): Promise<void> {
  await ledger.write(tx => tx.insertInto('field_sets').values({ fields: accession }).execute())
}

async function markersIn(path: string): Promise<string[]> {
  const ledger = await openLedger(path)
  const rows = await ledger.read.selectFrom('field_sets').select('fields').orderBy('id').execute()
  await ledger.close()
  return rows.map(row => row.fields)
}

async function aHomeWith(...markers: string[]): Promise<Home> {
  const home = aHome()
  const ledger = await openLedger(home.ledgerFile)
  for (const marker of markers) await addRun(ledger, marker)
  await ledger.close()
  writeFileSync(home.settingsFile, `# ${markers.join(' ')}\n`)
  return home
}

function isProblem(code: ProblemCode, words: RegExp): (error: unknown) => boolean {
  return error => error instanceof Problem && error.code === code && words.test(error.message)
}

const byRestore = { withSettings: false, now, command: 'microfetch restore' }

suite('a backup', () => {
  test('holds ledger and settings, and is named by the time', async () => {
    const home = await aHomeWith('a', 'b')
    const made = makeBackup({ home, target: undefined, force: false, now })
    assert.equal(made.path, join(home.path, 'backups', '2026-08-22T100411Z'))
    assert.deepEqual(readdirSync(made.path).sort(), ['backup.json', 'ledger.sqlite', 'microfetch.toml'])
    assert.deepEqual(await markersIn(join(made.path, 'ledger.sqlite')), ['a', 'b'])
    assert.equal(readFileSync(join(made.path, 'microfetch.toml'), 'utf8'), '# a b\n')
  })

  test('is whole while another program writes all the time', async () => {
    const home = await aHomeWith('first')
    const script = `
      const { openLedger } = await import(${JSON.stringify(new URL('../ledger/open-ledger.ts', import.meta.url).href)})
      const ledger = await openLedger(${JSON.stringify(home.ledgerFile)})
      for (let n = 0; ; n++) {
        await ledger.write(tx => tx.insertInto('installation').values([{ key: 'left' + n, value: '' }, { key: 'right' + n, value: '' }]).execute())
        if (n === 5) process.stdout.write('writing')
      }`
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(writer.stdout, 'data')
    try {
      for (const name of ['one', 'two', 'three']) {
        const made = makeBackup({ home, target: join(folder, `live-${name}`), force: false, now })
        const ledger = await openLedger(join(made.path, 'ledger.sqlite'))
        const rows = await ledger.read.selectFrom('installation').select('key').execute()
        await ledger.close()
        const left = rows.filter(row => row.key.startsWith('left')).length
        assert.ok(left > 5)
        assert.equal(rows.length, 2 * left)
      }
    } finally {
      writer.kill('SIGKILL')
    }
  })

  test('does not write over anything unless it is an older backup and that was asked for', async () => {
    const home = await aHomeWith('a')
    const target = join(folder, 'mine')
    makeBackup({ home, target, force: false, now })
    assert.throws(() => makeBackup({ home, target, force: false, now }), isProblem('not-allowed', /--force/))
    makeBackup({ home, target, force: true, now })
    const other = join(folder, 'not-a-backup')
    mkdirSync(other)
    writeFileSync(join(other, 'thesis.txt'), 'x')
    assert.throws(() => makeBackup({ home, target: other, force: true, now }), isProblem('not-allowed', /no backup/))
    assert.deepEqual(readdirSync(other), ['thesis.txt'])
  })

  test('of a home without a ledger is refused, and of a damaged ledger leaves nothing behind', async () => {
    assert.throws(() => makeBackup({ home: aHome(), target: undefined, force: false, now }), isProblem('not-found', /no ledger/))
    const home = aHome()
    writeFileSync(home.ledgerFile, 'no database')
    assert.throws(
      () => makeBackup({ home, target: join(folder, 'bad', 'b'), force: false, now }),
      isProblem('bad-input', /no SQLite file/),
    )
    assert.deepEqual(readdirSync(join(folder, 'bad')), [])
  })
})

suite('a restore', () => {
  test('puts the older ledger in place, lays the present one aside and begins a new epoch', async () => {
    const home = await aHomeWith('old')
    const { path } = makeBackup({ home, target: undefined, force: false, now })
    const later = await openLedger(home.ledgerFile)
    await addRun(later, 'new')
    await later.close()
    const restored = await restoreBackup({ ...byRestore, home, source: path })
    assert.deepEqual(await markersIn(home.ledgerFile), ['old'])
    assert.deepEqual(await markersIn(restored.aside ?? ''), ['old', 'new'])
    const ledger = await openLedger(home.ledgerFile)
    assert.equal(await readInstallation(ledger.read, 'epoch'), '1')
    assert.equal(await readInstallation(ledger.read, 'adopting'), '1')
    assert.equal(await readInstallation(ledger.read, 'adopting_since'), now.toISOString())
    const events = await ledger.read.selectFrom('events').selectAll().where('subject', '=', 'installation').execute()
    assert.deepEqual(
      events.map(event => [event.event, event.by_whom]),
      [['restore', 'microfetch restore']],
    )
    await ledger.close()
    assert.equal(restored.settings, 'same')
  })

  test('never counts an epoch twice, whichever ledger it comes from', async () => {
    const home = await aHomeWith('old')
    const { path } = makeBackup({ home, target: undefined, force: false, now })
    const epochs = []
    for (const minute of [1, 2, 3]) {
      epochs.push(
        (await restoreBackup({ ...byRestore, home, source: path, now: new Date(now.getTime() + minute * 60_000) })).epoch,
      )
    }
    assert.deepEqual(epochs, [1, 2, 3])
  })

  test('asks a person before machines that it does not know are destroyed again, each time', async () => {
    const home = await aHomeWith('old')
    const { path } = makeBackup({ home, target: undefined, force: false, now })
    for (const minute of [1, 2]) {
      await restoreBackup({ ...byRestore, home, source: path, now: new Date(now.getTime() + minute * 60_000) })
      const ledger = await openLedger(home.ledgerFile)
      const open = await ledger.read
        .selectFrom('attention')
        .select(['subject', 'cause'])
        .where('resolved_at', 'is', null)
        .execute()
      assert.deepEqual(
        open.map(row => [row.subject, row.cause]),
        [['installation', 'restored']],
      )
      await ledger.close()
    }
  })

  test('is an absence of the daemon, however fresh the backup: everything gets a grace first', async () => {
    const home = await aHomeWith('old')
    const ledger = await openLedger(home.ledgerFile)
    await noteRound(ledger, now, 30, 300)
    await ledger.close()
    const { path } = makeBackup({ home, target: undefined, force: false, now })
    await restoreBackup({ ...byRestore, home, source: path })
    const after = await openLedger(home.ledgerFile)
    const soon = new Date(now.getTime() + 10_000)
    await noteRound(after, soon, 30, 300)
    assert.equal(await graceUntil(after.read), soon.getTime() + 300_000)
    await after.close()
  })

  test('is refused while a daemon holds the home, and while anything has the ledger open', async () => {
    const home = await aHomeWith('old')
    const { path } = makeBackup({ home, target: undefined, force: false, now })
    const lock = takeDaemonLock(home.lockFile, { command: 'microfetch up', since: 'noon' })
    await assert.rejects(restoreBackup({ ...byRestore, home, source: path }), isProblem('not-allowed', /"microfetch up"/))
    lock.release()
    const reader = await openLedger(home.ledgerFile)
    await assert.rejects(restoreBackup({ ...byRestore, home, source: path }), isProblem('not-allowed', /has .* open/))
    await reader.close()
    assert.deepEqual(await markersIn(home.ledgerFile), ['old'])
  })

  test('refuses what is no ledger, a damaged one, and one of a newer version, and changes nothing then', async () => {
    const home = await aHomeWith('present')
    const text = join(folder, 'text.sqlite')
    writeFileSync(text, 'not a database at all')
    await assert.rejects(restoreBackup({ ...byRestore, home, source: text }), isProblem('bad-input', /no SQLite file/))
    await assert.rejects(
      restoreBackup({ ...byRestore, home, source: join(folder, 'gone') }),
      isProblem('bad-input', /there is no backup/),
    )

    const other = await aHomeWith('x'.repeat(200_000))
    const { path } = makeBackup({ home: other, target: undefined, force: false, now })
    const bytes = readFileSync(join(path, 'ledger.sqlite'))
    bytes.fill(0xff, 8192, 60_000)
    writeFileSync(join(path, 'ledger.sqlite'), bytes)
    await assert.rejects(restoreBackup({ ...byRestore, home, source: path }), isProblem('bad-input', /damaged|cannot be read/))

    const newer = await aHomeWith('n')
    const ledger = await openLedger(newer.ledgerFile)
    ledger.runMany('insert into migrations values (?, ?)', [[99, now.toISOString()]])
    await ledger.close()
    await assert.rejects(
      restoreBackup({ ...byRestore, home, source: newer.ledgerFile }),
      isProblem('not-allowed', /newer version/),
    )
    assert.deepEqual(await markersIn(home.ledgerFile), ['present'])
    assert.equal(
      readdirSync(home.path).some(name => name.includes('aside')),
      false,
    )
  })

  test('brings back a home whose ledger is gone or damaged, and keeps the damaged one', async () => {
    const home = await aHomeWith('old')
    const { path } = makeBackup({ home, target: join(folder, 'saved'), force: false, now })
    writeFileSync(home.ledgerFile, 'ruined')
    writeFileSync(`${home.ledgerFile}-wal`, 'ruined too')
    const restored = await restoreBackup({ ...byRestore, home, source: path })
    assert.equal(readFileSync(restored.aside ?? '', 'utf8'), 'ruined')
    assert.equal(readFileSync(`${restored.aside}-wal`, 'utf8'), 'ruined too')
    assert.deepEqual(await markersIn(home.ledgerFile), ['old'])
    rmSync(home.ledgerFile)
    assert.equal((await restoreBackup({ ...byRestore, home, source: path })).aside, undefined)
    assert.equal(inspectLedgerFile(home.ledgerFile).epoch, 1)
  })

  test('takes the backup’s settings only when asked, and lays the present ones aside', async () => {
    const home = await aHomeWith('old')
    const { path } = makeBackup({ home, target: undefined, force: false, now })
    writeFileSync(home.settingsFile, '# changed\n')
    assert.equal((await restoreBackup({ ...byRestore, home, source: path })).settings, 'kept')
    assert.equal(readFileSync(home.settingsFile, 'utf8'), '# changed\n')
    const restored = await restoreBackup({
      ...byRestore,
      home,
      source: path,
      withSettings: true,
      now: new Date(now.getTime() + 60_000),
    })
    assert.equal(restored.settings, 'taken')
    assert.equal(readFileSync(home.settingsFile, 'utf8'), '# old\n')
    assert.equal(readFileSync(restored.settingsAside ?? '', 'utf8'), '# changed\n')
    assert.ok(existsSync(home.ledgerFile))
  })
})
