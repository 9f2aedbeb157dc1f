import { existsSync } from 'node:fs'
import { noEffectPoint, type EffectPoint } from '../effect-point.ts'
import { makeLedger, type Ledger } from './ledger.ts'
import { migrate, schemaVersion } from './migrate.ts'
import { openNodeSqlite } from './node-sqlite.ts'

/**
 * Opens the ledger file, makes it when there is none, brings it to our schema.
 * Before a migration of an existing file a copy is laid beside it; a newer schema than ours is refused.
 */
export async function openLedger(path: string, effect: EffectPoint = noEffectPoint): Promise<Ledger> {
  const isNew = path === ':memory:' || !existsSync(path)
  const writer = openNodeSqlite(path)
  try {
    if (!isNew && schemaVersion(writer) > 0) migrate(writer, { backupBeside: path })
    else migrate(writer, { backupBeside: undefined })
  } catch (error) {
    writer.close()
    throw error
  }
  const reader = path === ':memory:' ? writer : openNodeSqlite(path)
  return makeLedger(path, writer, reader, effect)
}
