/** A collector on a host of its own: who it is, what it has taken, and what it reported; only the stages act on it. */
export const statements: readonly string[] = [
  `create table collectors (
    name text primary key, library_id text not null, version text not null, free_bytes bigint not null, heard_at text not null,
    stored_epoch integer)`,
  `create table collection_claims (attempt_id text primary key, collector text not null, until text not null)`,
  `create table collection_facts (
    attempt_id text not null, run_accession text not null, act text not null, delivery_id text not null, collector text not null,
    kind text not null, failures integer not null, said_json text not null, said_at text not null, primary key (attempt_id, run_accession, act))`,
  `create table collection_peeks (attempt_id text primary key, machine_id text not null, said_json text not null, said_at text not null)`,
  `create table collection_links (
    tax_id integer not null, run_accession text not null, delivery_id text not null, outcome text not null,
    primary key (tax_id, run_accession, delivery_id))`,
  `create table collection_clearings (attempt_id text primary key, wished_at text not null)`,
  `create table collection_stored (
    epoch integer not null, collector text not null, delivery_id text not null, stored_json text not null,
    primary key (epoch, collector, delivery_id))`,
]
