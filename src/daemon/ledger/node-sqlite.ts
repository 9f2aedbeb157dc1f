import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** A database file through Node's own SQLite, in the shape that Kysely's SQLite dialect asks for. The only file that names the driver. */
export interface NodeSqlite extends SqliteDatabase {
  readonly raw: DatabaseSync
}

/** How long a statement waits for another program's lock, in milliseconds. */
const busyMs = 5000

/** Opens (or makes) the file; `:memory:` for a ledger that lives as long as the program. */
export function openNodeSqlite(path: string): NodeSqlite {
  const raw = new DatabaseSync(path)
  raw.exec(
    `pragma busy_timeout = ${busyMs}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = file`,
  )
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
