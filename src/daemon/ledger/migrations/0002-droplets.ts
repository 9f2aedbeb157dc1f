/** Machines that are elsewhere: each attempt's ssh host key, and prices as providers publish them, by the hour and with minimum charges. */
export const statements: readonly string[] = [
  `alter table attempts add column host_key text`,
  `alter table costs rename column microdollars_per_second to microdollars_per_hour`,
  `update costs set microdollars_per_hour = microdollars_per_hour * 3600`,
  `alter table costs add column minimum_seconds integer not null default 0`,
  `alter table costs add column minimum_microdollars bigint not null default 0`,
]
