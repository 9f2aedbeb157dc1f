import { existsSync } from 'node:fs'
import { Problem } from '../../core/problem.ts'
import { noEffectPoint, type EffectPoint } from '../../core/effect-point.ts'
import { ledgerCure, requireLedgerFile } from './ledger-file.ts'
import { makeLedger, type Ledger } from './ledger.ts'
import { migrate, schemaVersion } from './migrate.ts'
import { openNodeSqlite } from './node-sqlite.ts'

/**
 * Opens the ledger file, makes it when there is none, brings it to our schema.
 * Before a migration of an existing file a copy is laid beside it; a newer schema than ours is refused, and so is a file that is no ledger.
 */
export async function openLedger(path: string, effect: EffectPoint = noEffectPoint): Promise<Ledger> {
  if (path !== ':memory:') requireLedgerFile(path)
  const isNew = path === ':memory:' || !existsSync(path)
  const writer = openWhole(path, openNodeSqlite)
  try {
    openWhole(path, () => {
      if (!isNew && schemaVersion(writer) > 0) migrate(writer, { backupBeside: path })
      else migrate(writer, { backupBeside: undefined })
    })
  } catch (error) {
    writer.close()
    throw error
  }
  const reader = path === ':memory:' ? writer : openNodeSqlite(path)
  return makeLedger(path, writer, reader, effect)
}

/** SQLITE_CORRUPT and SQLITE_NOTADB: the file begins as one of SQLite's, and what follows is none. */
const damaged = [11, 26]

function openWhole<T>(path: string, act: (path: string) => T): T {
  try {
    return act(path)
  } catch (error) {
    const code = (error as { errcode?: unknown }).errcode
    if (typeof code !== 'number' || !damaged.includes(code & 0xff)) throw error
    throw new Problem('broken-answer', `the ledger ${path} is damaged; ${ledgerCure}`, { cause: error })
  }
}
