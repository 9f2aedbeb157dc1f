import { Kysely, sql, SqliteDialect } from 'kysely'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { NodeSqlite } from './node-sqlite.ts'
import type { LedgerTables } from './tables.ts'

/** The typed query layer, to read with. */
export type Reader = Kysely<LedgerTables>

/** The same layer inside a write: only handed out by `Ledger.write`, so that nothing writes outside a transaction. */
export type Tx = Kysely<LedgerTables> & { readonly inWrite: true }

/** The database: all that the daemon knows. If it is not in here, it did not happen. */
export interface Ledger {
  /** For reading. Long reads go by key in pages, so that no read stands in the way of a write for long. */
  readonly read: Reader
  /** One short `begin immediate` transaction. Nothing but SQL may be awaited inside. */
  write<T>(act: (tx: Tx) => Promise<T>): Promise<T>
  /** Inside a write: runs one compiled statement for many rows of parameters, taken one after the other; rows changed in all. */
  runMany(statement: string, rows: Iterable<readonly unknown[]>): number
  /** Copies the whole ledger into a new file while it is in use. */
  backupTo(path: string): Promise<void>
  readonly path: string
  close(): Promise<void>
}

/** Makes the ledger of one writing and one reading connection (the same one for a ledger in memory). */
export function makeLedger(path: string, writer: NodeSqlite, reader: NodeSqlite, effect: EffectPoint): Ledger {
  const writing = new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: writer }) })
  const read = reader === writer ? writing : new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: reader }) })
  let turn: Promise<unknown> = Promise.resolve()
  return {
    path,
    read,
    write: act => {
      const mine = turn.then(() => transact(writing, act))
      turn = mine.catch(() => undefined)
      return mine.then(result => {
        effect('ledger commit')
        return result
      })
    },
    runMany: (statement, rows) => {
      const prepared = writer.prepare(statement)
      let changed = 0
      for (const row of rows) changed += Number(prepared.run(row).changes)
      return changed
    },
    backupTo: async target => {
      await turn
      writer.prepare('vacuum into ?').run([target])
    },
    close: async () => {
      await turn
      await writing.destroy()
      if (read !== writing) await read.destroy()
      // Kysely closes only what it has used; a connection that nobody asked anything would keep the file open.
      for (const { raw } of [writer, reader]) if (raw.isOpen) raw.close()
    },
  }
}

async function transact<T>(db: Kysely<LedgerTables>, act: (tx: Tx) => Promise<T>): Promise<T> {
  await sql`begin immediate`.execute(db)
  try {
    const result = await act(db as Tx)
    await sql`commit`.execute(db)
    return result
  } catch (error) {
    await sql`rollback`.execute(db)
    throw error
  }
}
