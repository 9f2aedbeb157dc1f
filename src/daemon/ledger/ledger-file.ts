import { closeSync, existsSync, fsyncSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../../core/problem.ts'
import { migrations } from './migrations/migrations.ts'

/*
 * The ledger as a file, for backup, restore and doctor. It is opened here without the settings of `openLedger`: those change the
 * file (journal mode, migrations), and what is only looked at or copied must stay as it is.
 */

/** What a ledger file holds. */
export interface LedgerFacts {
  schema: number
  taxa: number
  runs: number
  receipts: number
  /** How often it was restored. */
  epoch: number
  /** Whether it waits to adopt what goes on outside, after a restore. */
  adopting: boolean
}

/** The schema that this microfetch writes. */
export const knownSchema = migrations.length

/**
 * Looks a ledger file over: every page, its schema, what it holds. Throws `not-found`, `bad-input` for a file that is no ledger or
 * is damaged, `not-allowed` for one that a newer version wrote. Problems name the file `called`: a copy is called by what it is a copy of.
 */
export function inspectLedgerFile(path: string, called = path): LedgerFacts {
  requireSqliteFile(path)
  return opened(path, db => {
    const faults = db.prepare('pragma integrity_check').all() as { integrity_check: string }[]
    const first = faults[0]?.integrity_check ?? 'nothing could be checked'
    if (first !== 'ok') throw new Problem('bad-input', `${called} is damaged: ${first}`)
    return factsOf(db, called)
  })
}

/** Copies the ledger at one moment into a new file, while others use it, and waits until the copy is on the disk. */
export function copyLedgerFile(path: string, target: string): void {
  requireSqliteFile(path)
  opened(path, db => db.prepare('vacuum into ?').run(target))
  // SQLite does not wait for the disk when it writes such a copy.
  const file = openSync(target, 'r')
  fsyncSync(file)
  closeSync(file)
}

/**
 * Folds the write-ahead log into the file, so that the ledger is one file again. False when another program has it open.
 * A file that is damaged is left as it is.
 */
export function foldLedgerFile(path: string): boolean {
  // SQLite would delete the log beside a file that it does not know: what is in there may be all that is left.
  if (!isSqliteFile(path)) return true
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { timeout: 500 })
    db.exec('pragma journal_mode = delete')
    return true
  } catch (error) {
    return !isBusy(error)
  } finally {
    db?.close()
  }
}

/** Whether SQLite could not go on because another connection holds the file (SQLITE_BUSY, SQLITE_LOCKED). */
function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode
  return typeof code === 'number' && [5, 6].includes(code & 0xff)
}

function opened<T>(path: string, act: (db: DatabaseSync) => T): T {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
    return act(db)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('bad-input', `${path} cannot be read as a ledger`, { cause: error })
  } finally {
    db?.close()
  }
}

function requireSqliteFile(path: string): void {
  if (!existsSync(path)) throw new Problem('not-found', `there is no ${path}`)
  if (!isSqliteFile(path)) throw new Problem('bad-input', `${path} is not a ledger: it is no SQLite file`)
}

/**
 * Refuses a file that SQLite could not open as a ledger; one of no length is a ledger that was never begun. For programs that open the
 * ledger of a home: nobody typed the name of that file, so it is a `broken-answer` for a person to look at.
 */
export function requireLedgerFile(path: string): void {
  if (!existsSync(path) || statSync(path).size === 0 || isSqliteFile(path)) return
  throw new Problem('broken-answer', `${path} is not a ledger: it is no SQLite file; ${ledgerCure}`)
}

/** What a person does with a ledger that cannot be used. */
export const ledgerCure = 'lay it aside, or bring back a backup with "microfetch restore"'

function isSqliteFile(path: string): boolean {
  const start = Buffer.alloc(16)
  const file = openSync(path, 'r')
  try {
    readSync(file, start, 0, 16, 0)
  } finally {
    closeSync(file)
  }
  return start.toString('latin1') === 'SQLite format 3\0'
}

function factsOf(db: DatabaseSync, path: string): LedgerFacts {
  const schema = schemaOf(db)
  if (schema === 0) throw new Problem('bad-input', `${path} is a SQLite file, but no ledger of microfetch`)
  if (schema > knownSchema) {
    throw new Problem(
      'not-allowed',
      `${path} has schema ${schema}, this microfetch knows ${knownSchema}: a newer version wrote it`,
    )
  }
  return {
    schema,
    taxa: number(db, `select count(*) as number from taxa where state <> 'removed'`),
    runs: number(db, 'select count(*) as number from runs'),
    receipts: number(db, 'select count(*) as number from receipts'),
    epoch: number(db, `select coalesce(max(cast(value as integer)), 0) as number from installation where key = 'epoch'`),
    adopting: number(db, `select count(*) as number from installation where key = 'adopting' and value not in ('', '0')`) > 0,
  }
}

function schemaOf(db: DatabaseSync): number {
  const tables = number(db, `select count(*) as number from sqlite_master where type = 'table' and name = 'migrations'`)
  return tables === 0 ? 0 : number(db, 'select coalesce(max(number), 0) as number from migrations')
}

function number(db: DatabaseSync, statement: string): number {
  return (db.prepare(statement).get() as { number: number }).number
}
