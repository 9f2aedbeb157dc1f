import { Problem } from '../../core/problem.ts'
import { migrations as all } from './migrations/migrations.ts'
import type { NodeSqlite } from './node-sqlite.ts'

/** The number of migrations the file has seen; 0 for a new file. */
export function schemaVersion(db: NodeSqlite): number {
  const known = db
    .prepare(`select count(*) as found from sqlite_master where type = 'table' and name = 'migrations'`)
    .all([]) as { found: number }[]
  if (known[0]?.found !== 1) return 0
  const newest = db.prepare(`select coalesce(max(number), 0) as number from migrations`).all([]) as { number: number }[]
  return newest[0]?.number ?? 0
}

/**
 * Applies what is new, each migration in a transaction of its own that tolerates a rival doing the same. `backupBeside` names the file
 * beside which a copy is laid first. Throws `not-allowed` for a ledger of a newer version.
 */
export function migrate(
  db: NodeSqlite,
  { backupBeside, migrations = all }: { backupBeside: string | undefined; migrations?: readonly (readonly string[])[] },
): void {
  const seen = schemaVersion(db)
  if (seen > migrations.length) {
    throw new Problem(
      'not-allowed',
      `the ledger has schema ${seen}, this microfetch knows ${migrations.length}: it was written by a newer version. Use that version, or restore a backup made by this one.`,
    )
  }
  if (seen === migrations.length) return
  if (backupBeside !== undefined) {
    const path = `${backupBeside}.before-schema-${migrations.length}`
    db.raw.prepare('vacuum into ?').run(freshName(path))
  }
  migrations.forEach((statements, index) => applyOne(db, index + 1, statements))
}

function applyOne(db: NodeSqlite, number: number, statements: readonly string[]): void {
  db.raw.exec('begin immediate')
  try {
    db.raw.exec('create table if not exists migrations (number integer primary key, applied_at text not null)')
    if (schemaVersion(db) < number) {
      for (const statement of statements) db.raw.exec(statement)
      db.raw.prepare(`insert into migrations values (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`).run(number)
    }
    db.raw.exec('commit')
  } catch (error) {
    db.raw.exec('rollback')
    throw error
  }
}

// `vacuum into` refuses an existing file; the time in the name keeps every copy.
function freshName(path: string): string {
  return `${path}.${process.hrtime.bigint()}.sqlite`
}
