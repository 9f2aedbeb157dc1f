import type { EffectPoint } from '../../src/core/effect-point.ts'
import { makeLedger, type Ledger } from '../../src/daemon/ledger/ledger.ts'
import { migrate } from '../../src/daemon/ledger/migrate.ts'
import { openNodeSqlite } from '../../src/daemon/ledger/node-sqlite.ts'

const database = openNodeSqlite(':memory:')
migrate(database, { backupBeside: undefined })

const emptying = database.raw
  .prepare(`select name from sqlite_master where type = 'table' and name <> 'migrations'`)
  .all()
  .map(table => `delete from ${String(table['name'])}`)
  .join(';')

/**
 * A ledger in memory in which nothing stands yet. Each thread has one, migrated once and emptied for each history, so that its prepared
 * statements stay; it is never closed.
 */
export function emptyLedger(effect: EffectPoint): Ledger {
  database.raw.exec(emptying)
  return makeLedger(':memory:', database, database, effect)
}
