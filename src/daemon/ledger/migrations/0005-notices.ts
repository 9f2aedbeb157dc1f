/** What people are told by webhook and mail: written before it is sent, so that a restart tells nothing twice and loses nothing. */
export const statements: readonly string[] = [
  `create table notices (
    id integer primary key, channel text not null, kind text not null, attention_id integer, which text not null, notice_json text not null,
    written_at text not null, tries integer not null, next_try_at text not null, sent_at text, last_error text not null)`,
  `create unique index notices_once on notices (channel, kind, coalesce(attention_id, 0), which)`,
  `create index notices_of_attention on notices (attention_id, kind)`,
  `create index notices_unsent on notices (channel, id) where sent_at is null`,
]
