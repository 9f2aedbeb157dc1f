import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { migrate, schemaVersion } from './migrate.ts'
import { migrations as shipped } from './migrations/migrations.ts'
import { openNodeSqlite, type NodeSqlite } from './node-sqlite.ts'
import { openLedger } from './open-ledger.ts'

const first = ['create table things (name text)', `insert into things values ('old')`]
const second = ['alter table things add column size integer', `update things set size = 1`]

let folder: string
let path: string
let db: NodeSqlite
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'microfetch-migrate-'))
  path = join(folder, 'ledger.sqlite')
  db = openNodeSqlite(path)
})
afterEach(() => {
  db.raw.close()
  rmSync(folder, { recursive: true })
})

function things(from: NodeSqlite): Record<string, unknown>[] {
  return from.raw
    .prepare('select * from things')
    .all()
    .map(row => ({ ...row }))
}

/** Copies that were laid beside the ledger. */
function copies(): string[] {
  return readdirSync(folder).filter(name => name.startsWith('ledger.sqlite.before-schema-'))
}

suite('a ledger that is brought to our schema', () => {
  test('gets what is new, in order, and each migration once', () => {
    migrate(db, { backupBeside: undefined, migrations: [first] })
    assert.equal(schemaVersion(db), 1)
    migrate(db, { backupBeside: undefined, migrations: [first, second] })
    migrate(db, { backupBeside: undefined, migrations: [first, second] })
    assert.equal(schemaVersion(db), 2)
    assert.deepEqual(things(db), [{ name: 'old', size: 1 }])
  })

  test('is copied first, as it was; not when nothing is new', () => {
    migrate(db, { backupBeside: undefined, migrations: [first] })
    migrate(db, { backupBeside: path, migrations: [first, second] })
    const [copy, ...others] = copies()
    assert.match(copy ?? '', /\.before-schema-2\.\d+\.sqlite$/)
    assert.deepEqual(others, [])
    const old = openNodeSqlite(join(folder, copy ?? ''))
    assert.equal(schemaVersion(old), 1)
    assert.deepEqual(things(old), [{ name: 'old' }])
    old.raw.close()
    migrate(db, { backupBeside: path, migrations: [first, second] })
    assert.equal(copies().length, 1)
  })

  test('is refused when a newer version wrote it, and stays as it is', () => {
    migrate(db, { backupBeside: undefined, migrations: [first, second] })
    assert.throws(() => migrate(db, { backupBeside: path, migrations: [first] }), {
      code: 'not-allowed',
      message: /has schema 2, this microfetch knows 1/,
    })
    assert.equal(schemaVersion(db), 2)
    assert.deepEqual(copies(), [])
  })

  test('keeps nothing of a migration that fails half-way, and all of those before it', () => {
    const broken = [`insert into things values ('half')`, 'insert into nowhere values (1)']
    assert.throws(() => migrate(db, { backupBeside: undefined, migrations: [first, broken] }), /nowhere/)
    assert.equal(schemaVersion(db), 1)
    assert.deepEqual(things(db), [{ name: 'old' }])
  })
})

test('the daemon refuses to open the ledger of a newer version', async () => {
  migrate(db, { backupBeside: undefined })
  db.raw.exec(`insert into migrations values (${shipped.length + 1}, 'later')`)
  await assert.rejects(openLedger(path), { code: 'not-allowed', message: /newer version/ })
  assert.deepEqual(copies(), [])
})
