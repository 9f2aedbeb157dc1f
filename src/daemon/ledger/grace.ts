import { wasAbsent } from '../../core/lease.ts'
import type { Ledger, Reader, Tx } from './ledger.ts'

/*
 * After an absence (a restart, a suspended computer, a clock that jumped, a restore) every lease gets one full grace first:
 * workers may have called in vain. `grace_until`, `last_pass_at` and `heartbeat_gap_seconds` lie in the table `installation`.
 */

/** Nothing lapses, vanishes or is swept before this instant (milliseconds). */
export async function graceUntil(read: Reader): Promise<number> {
  const value = await valueOf(read, 'grace_until')
  return value === undefined ? 0 : Date.parse(value)
}

/**
 * Notes that a round of passes begins. When nobody was at work for more than three periods, the grace begins now. `startsHeartbeat`: it
 * is the first round of a `heartbeat`, which somebody starts at a rhythm of their own; an absence is then more than three times what lay
 * between the two heartbeats before.
 */
export async function noteRound(
  ledger: Ledger,
  now: Date,
  periodSeconds: number,
  graceSeconds: number,
  startsHeartbeat = false,
): Promise<void> {
  const lastPass = await valueOf(ledger.read, 'last_pass_at')
  const rhythm = startsHeartbeat ? Number((await valueOf(ledger.read, 'heartbeat_gap_seconds')) ?? 0) : 0
  const lastMs = lastPass === undefined ? undefined : Date.parse(lastPass)
  const absent = wasAbsent(lastMs, Math.max(periodSeconds, rhythm), now.getTime())
  const gap = lastMs === undefined ? 0 : Math.max(0, (now.getTime() - lastMs) / 1000)
  await ledger.write(async tx => {
    if (absent) await setValue(tx, 'grace_until', new Date(now.getTime() + graceSeconds * 1000).toISOString())
    if (startsHeartbeat) await setValue(tx, 'heartbeat_gap_seconds', String(Math.min(gap, 86_400)))
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
