import { wasAbsent } from '../../core/lease.ts'
import type { Ledger, Reader, Tx } from './ledger.ts'

/*
 * After an absence (a restart, a suspended computer, a clock that jumped, a restore) every lease gets one full grace first:
 * workers may have called in vain. `grace_until`, `last_pass_at` and `last_gap_seconds` lie in the table `installation`.
 */

/** Nothing lapses, vanishes or is swept before this instant (milliseconds). */
export async function graceUntil(read: Reader): Promise<number> {
  const value = await valueOf(read, 'grace_until')
  return value === undefined ? 0 : Date.parse(value)
}

/**
 * Notes that a round of passes begins. When the daemon was away for more than three periods (or three times the gap before, so that
 * a heartbeat by cron is no absence), the grace begins now.
 */
export async function noteRound(ledger: Ledger, now: Date, periodSeconds: number, graceSeconds: number): Promise<void> {
  const lastPass = await valueOf(ledger.read, 'last_pass_at')
  const lastGap = Number((await valueOf(ledger.read, 'last_gap_seconds')) ?? 0)
  const lastMs = lastPass === undefined ? undefined : Date.parse(lastPass)
  const absent = wasAbsent(lastMs, Math.max(periodSeconds, lastGap), now.getTime())
  const gap = lastMs === undefined ? 0 : Math.max(0, (now.getTime() - lastMs) / 1000)
  await ledger.write(async tx => {
    if (absent) await setValue(tx, 'grace_until', new Date(now.getTime() + graceSeconds * 1000).toISOString())
    // Rounds that follow each other at once, because there was something to do, say nothing about how often we are started.
    if (gap >= periodSeconds) await setValue(tx, 'last_gap_seconds', String(Math.min(gap, 86_400)))
    await setValue(tx, 'last_pass_at', now.toISOString())
  })
}

async function valueOf(read: Reader, key: string): Promise<string | undefined> {
  const row = await read.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

async function setValue(tx: Tx, key: string, value: string): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ key, value })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
