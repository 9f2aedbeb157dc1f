import type { Selectable } from 'kysely'
import { waitAfter } from '../../core/backoff.ts'
import type { Notice, ToldNeed } from '../../core/notice.ts'
import type { Reader, Tx } from './ledger.ts'
import type { NoticesTable } from './notice-tables.ts'
import type { AttentionTable } from './tables.ts'

/** A notice to be written: for one channel, once. */
export interface NoticeToWrite {
  channel: string
  notice: Notice
  /** Which reminder, or which day. */
  which: string
}

/** Writes a notice that was not written yet; again is the same as once. */
export async function writeNotice(tx: Tx, { channel, notice, which }: NoticeToWrite, at: Date): Promise<void> {
  await tx
    .insertInto('notices')
    .values({
      channel,
      kind: notice.kind,
      attention_id: notice.need?.id ?? null,
      which,
      notice_json: JSON.stringify(notice),
      written_at: at.toISOString(),
      tries: 0,
      next_try_at: at.toISOString(),
      sent_at: null,
      last_error: '',
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** So many notices of one channel are tried in one pass. */
const atATime = 10

/** Notices of a channel whose time has come, the oldest first. */
export async function dueNotices(
  read: Reader,
  channel: string,
  now: Date,
): Promise<{ id: number; channel: string; notice: Notice }[]> {
  const rows = await read
    .selectFrom('notices')
    .select(['id', 'notice_json'])
    .where('channel', '=', channel)
    .where('sent_at', 'is', null)
    .where('next_try_at', '<=', now.toISOString())
    .orderBy('id')
    .limit(atATime)
    .execute()
  return rows.map(row => ({ id: row.id, channel, notice: JSON.parse(row.notice_json) as Notice }))
}

const firstWaitSeconds = 30
const longestWaitSeconds = 3600

/** Writes down what became of a sending: sent, or why not, and when it is tried again. */
export async function noteSending(tx: Tx, id: number, fault: string | undefined, at: Date): Promise<void> {
  if (fault === undefined) {
    await tx.updateTable('notices').set({ sent_at: at.toISOString(), last_error: '' }).where('id', '=', id).execute()
    return
  }
  const row = await tx.selectFrom('notices').select('tries').where('id', '=', id).executeTakeFirst()
  const tries = (row?.tries ?? 0) + 1
  const waitMs = waitAfter(tries, firstWaitSeconds, longestWaitSeconds) * 1000
  const next = new Date(at.getTime() + waitMs).toISOString()
  await tx
    .updateTable('notices')
    .set({ tries, next_try_at: next, last_error: fault.slice(0, 500) })
    .where('id', '=', id)
    .execute()
}

/** What was written about a need, by channel. */
export interface Told {
  channel: string
  attentionId: number
  kind: NoticesTable['kind']
  which: string
  writtenAtMs: number
}

/** Needs that are open, and those that were told of and are resolved, with what was told of each. */
export async function needsToTell(read: Reader): Promise<{ open: ToldNeed[]; resolved: ToldNeed[]; told: Told[] }> {
  const open = await read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
  const resolved = await read
    .selectFrom('attention as a')
    .innerJoin('notices as n', join => join.onRef('n.attention_id', '=', 'a.id').on('n.kind', '=', 'opened'))
    .leftJoin('notices as r', join =>
      join.onRef('r.attention_id', '=', 'a.id').on('r.kind', '=', 'resolved').onRef('r.channel', '=', 'n.channel'),
    )
    .selectAll('a')
    .distinct()
    .where('a.resolved_at', 'is not', null)
    .where('r.id', 'is', null)
    .execute()
  const ids = [...open, ...resolved].map(need => need.id)
  const rows = ids.length === 0 ? [] : await toldOf(read, ids)
  return { open: open.map(toToldNeed), resolved: resolved.map(toToldNeed), told: rows }
}

async function toldOf(read: Reader, ids: readonly number[]): Promise<Told[]> {
  const rows = await read
    .selectFrom('notices')
    .select(['channel', 'attention_id', 'kind', 'which', 'written_at'])
    .where('attention_id', 'in', ids)
    .execute()
  return rows.map(row => ({
    channel: row.channel,
    attentionId: row.attention_id ?? 0,
    kind: row.kind,
    which: row.which,
    writtenAtMs: Date.parse(row.written_at),
  }))
}

function toToldNeed(row: Selectable<AttentionTable>): ToldNeed {
  return {
    id: row.id,
    subject: row.subject,
    subjectId: row.subject_id,
    cause: row.cause,
    evidence: row.evidence,
    tried: row.tried,
    openedAt: row.opened_at,
    resolvedAt: row.resolved_at,
    resolution: row.resolution,
  }
}

/** A notice that is not sent yet. */
export async function noticeToSend(read: Reader, id: number): Promise<{ channel: string; notice: Notice } | undefined> {
  const row = await read
    .selectFrom('notices')
    .select(['channel', 'notice_json'])
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? undefined : { channel: row.channel, notice: JSON.parse(row.notice_json) as Notice }
}
