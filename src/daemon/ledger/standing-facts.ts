import { DatabaseSync } from 'node:sqlite'

/** What a look at the file of a ledger tells, while a daemon may use it; what an older schema does not know is left out. */
export interface StandingFacts {
  installationId: string | undefined
  /** Collectors on other hosts, as they were last heard. */
  collectors: { name: string; version: string; freeBytes: number; heardAt: Date }[]
  /** Notices that could not be sent yet, with the newest fault of each channel. */
  unsent: { channel: string; count: number; fault: string }[]
}

/** Reads them without changing anything. Throws what SQLite throws for a file that cannot be read. */
export function standingFacts(ledgerFile: string): StandingFacts {
  const db = new DatabaseSync(ledgerFile, { readOnly: true, timeout: 5000 })
  try {
    const has = (table: string) =>
      db.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(table) !== undefined
    const rowsOf = (table: string, statement: string) => (has(table) ? db.prepare(statement).all() : [])
    const [installation] = rowsOf('installation', `select value from installation where key = 'installation_id'`)
    return {
      installationId: installation === undefined ? undefined : String(installation['value']),
      collectors: rowsOf('collectors', `select name, version, free_bytes, heard_at from collectors order by name`).map(row => ({
        name: String(row['name']),
        version: String(row['version']),
        freeBytes: Number(row['free_bytes']),
        heardAt: new Date(String(row['heard_at'])),
      })),
      unsent: rowsOf(
        'notices',
        `select channel, count(*) as count, max(last_error) as fault from notices
         where sent_at is null and tries > 0 group by channel order by channel`,
      ).map(row => ({ channel: String(row['channel']), count: Number(row['count']), fault: String(row['fault']) })),
    }
  } finally {
    db.close()
  }
}
