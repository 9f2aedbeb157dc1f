import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Asks the ledger file of a home, past all of our own code. */
export function askLedger<Row>(home: string, statement: string): Row[] {
  const file = new DatabaseSync(join(home, 'ledger.sqlite'), { readOnly: true })
  try {
    return file.prepare(statement).all() as Row[]
  } finally {
    file.close()
  }
}
