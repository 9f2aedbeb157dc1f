import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/**
 * A database file through Node's own SQLite, in the shape that Kysely's SQLite dialect asks for. Every statement of the ledger goes through
 * here; beside it the driver is named only by `ledger-file.ts`, which looks at files without these settings, and by `daemon-lock.ts`, whose
 * lock is an empty file of SQLite.
 */
export interface NodeSqlite extends SqliteDatabase {
  readonly raw: DatabaseSync
}

/** How long a statement waits for another program's lock, in milliseconds. */
const busyMs = 5000

/** Pages of a connection that are kept in memory: 8 MB. */
const cacheKibibytes = 8000

/**
 * The write-ahead log is folded into the file when it has so many pages (16 MB), and is cut to so many bytes then: a large listing
 * writes the same pages of its indexes again and again, and they reach the file once for many commits.
 */
const logPages = 4000
const logBytes = 64_000_000

/** Opens (or makes) the file; `:memory:` for a ledger that lives as long as the program. */
export function openNodeSqlite(path: string): NodeSqlite {
  const raw = new DatabaseSync(path)
  raw.exec(`pragma busy_timeout = ${busyMs}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on`)
  raw.exec(`pragma temp_store = file; pragma cache_size = -${cacheKibibytes}`)
  raw.exec(`pragma wal_autocheckpoint = ${logPages}; pragma journal_size_limit = ${logBytes}`)
  return {
    raw,
    close: () => raw.close(),
    prepare: sql => cachedStatement(raw, sql),
  }
}

const caches = new WeakMap<DatabaseSync, Map<string, SqliteStatement>>()
const cacheSize = 300

function cachedStatement(raw: DatabaseSync, sql: string): SqliteStatement {
  let cache = caches.get(raw)
  if (cache === undefined) {
    cache = new Map()
    caches.set(raw, cache)
  }
  const known = cache.get(sql)
  if (known !== undefined) return known
  const statement = toStatement(raw, sql)
  if (cache.size >= cacheSize) cache.clear()
  cache.set(sql, statement)
  return statement
}

function toStatement(raw: DatabaseSync, sql: string): SqliteStatement {
  const statement = raw.prepare(sql)
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...toInputs(parameters)),
    run: parameters => statement.run(...toInputs(parameters)),
    iterate: parameters => statement.iterate(...toInputs(parameters)),
  }
}

function toInputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[]
}
