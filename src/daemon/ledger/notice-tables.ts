import type { Generated } from 'kysely'

/** Something that a person is told by one channel. What is not sent yet is tried again; what is sent is never sent again. */
export interface NoticesTable {
  id: Generated<number>
  /** `webhook` or `mail`. */
  channel: string
  kind: 'opened' | 'reminder' | 'resolved' | 'daily'
  /** The need it is about; null for the daily line. */
  attention_id: number | null
  /** Which reminder (1, 2, …), or the day (YYYY-MM-DD); with kind and need it is written once for each channel. */
  which: string
  /** `Notice` but for its channel: what is told. */
  notice_json: string
  written_at: string
  tries: number
  next_try_at: string
  sent_at: string | null
  last_error: string
}

/** What stands in `notices`. */
export interface NoticeTables {
  notices: NoticesTable
}
