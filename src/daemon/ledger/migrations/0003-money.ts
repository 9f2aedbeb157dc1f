/** Money: when a deletion was asked for, what is set aside for each attempt, and what was forecast when it began. */
export const statements: readonly string[] = [
  `alter table costs add column deletion_asked_at text`,
  `alter table costs add column deletion_before_at text`,
  `create index costs_of_attempt on costs (attempt_id)`,
  `create index costs_open on costs (machine_id) where to_at is null`,
  `create index costs_ended on costs (to_at) where to_at is not null`,
  `create table reservations (
    attempt_id text primary key, charged_tax_id integer not null, microdollars bigint not null,
    microdollars_per_hour integer not null, minimum_seconds integer not null, minimum_microdollars bigint not null,
    size text not null, made_at text not null, renewals integer not null, freed_at text)`,
  `create index reservations_standing on reservations (attempt_id) where freed_at is null`,
  `create index reservations_freed on reservations (freed_at) where freed_at is not null`,
  `create table forecasts (
    attempt_id text primary key, runs integer not null, bytes bigint not null, bases bigint not null,
    seconds integer not null, microdollars bigint not null, made_at text not null)`,
]
