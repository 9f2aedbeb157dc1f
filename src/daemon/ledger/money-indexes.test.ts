import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openLedger } from './open-ledger.ts'

test('what is read of money at every pass begins at what is open or of this month, and never goes through all that ever was', async () => {
  const ledger = await openLedger(':memory:')
  const statements = [
    `select * from costs where microdollars_per_hour > 0 and to_at is null`,
    `select * from costs where microdollars_per_hour > 0 and to_at >= '2026-03-01'`,
    `select * from costs where attempt_id in ('a1', 'a2')`,
    `select * from reservations where freed_at is null`,
    `select * from reservations where freed_at > '2026-03-01'`,
  ]
  const plans: string[] = []
  for (const statement of statements) {
    const { rows } = await sql<{ detail: string }>`${sql.raw(`explain query plan ${statement}`)}`.execute(ledger.read)
    plans.push(...rows.map(row => row.detail))
  }
  assert.deepEqual(
    plans.map(plan => /USING INDEX (\S+)/.exec(plan)?.[1]),
    ['costs_open', 'costs_ended', 'costs_of_attempt', 'reservations_standing', 'reservations_freed'],
  )
  await ledger.close()
})
