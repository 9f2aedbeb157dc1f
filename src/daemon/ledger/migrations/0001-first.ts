/** The first schema. Migrations are numbered and never edited: a change is the next number. */
export const statements: readonly string[] = [
  `create table taxa (
    tax_id integer primary key, resolved_tax_id integer not null, scientific_name text not null, rank text not null, scope text not null,
    state text not null, paused integer not null, priority integer not null, settings_json text not null, reach_json text not null,
    added_at text not null, removed_at text, last_checked text, last_full_check text, next_check_at text not null,
    check_failures integer not null, full_check_wanted integer not null, warning text not null, filter_set text not null,
    walk_set text not null default '', walked_to text not null default '', files_stale integer not null,
    metadata_stale integer not null default 0, files_written_at text)`,
  `create index taxa_due on taxa (state, next_check_at)`,
  `create table checks (
    id integer primary key, tax_id integer not null, kind text not null, begun_at text not null, ended_at text, archive_at text,
    outcome text not null, count_before integer, count_after integer, rows_seen integer not null, new_runs integer not null,
    changed_runs integer not null, gone_runs integer not null, why text not null)`,
  `create index checks_of_taxon on checks (tax_id, id)`,
  `create index checks_open on checks (tax_id) where ended_at is null`,
  `create table field_sets (id integer primary key, fields text not null unique)`,
  `create table runs (
    run_accession text primary key, study_accession text not null, sample_accession text not null, experiment_accession text not null,
    tax_id integer not null, scientific_name text not null, library_strategy text not null, library_source text not null,
    library_layout text not null, instrument_platform text not null, read_count bigint, base_count bigint, fastq_bytes bigint not null,
    first_public_on text not null, ena_updated_on text not null, files_json text not null, files_problem text, revision text,
    archive_state text not null, field_set integer not null, row_hash text not null, first_seen_at text not null, changed_at text not null,
    waiting_since text, waiting_looks integer not null, next_look_at text, withdrawn_at text, metadata text not null)`,
  `create index runs_to_look_at on runs (next_look_at) where next_look_at is not null`,
  `create table verdicts (
    tax_id integer not null, run_accession text not null, verdict text not null, reasons_json text not null, filter_set text not null,
    judged_at text, skip text, missed_checks integer not null, missed_since text, left_subtree_at text, delivery_id text,
    primary key (tax_id, run_accession)) without rowid`,
  `create index verdicts_of_run on verdicts (run_accession)`,
  `create index verdicts_unjudged on verdicts (tax_id, run_accession) where verdict = 'unjudged'`,
  `create index verdicts_missed on verdicts (tax_id, run_accession) where missed_checks > 0`,
  `create table deliveries (
    id text primary key, run_accession text not null, revision text not null, recipe text not null, recipe_identity text, state text not null,
    charged_tax_id integer, batch_id text, strikes integer not null, alone integer not null, memory_step integer not null,
    reason text, detail text not null, wanted_at text not null, changed_at text not null)`,
  `create unique index deliveries_open on deliveries (run_accession, recipe) where state in ('wanted', 'batched')`,
  `create index deliveries_of_run on deliveries (run_accession)`,
  `create index deliveries_wanted on deliveries (charged_tax_id, wanted_at, id, run_accession) where state = 'wanted'`,
  `create index deliveries_in_work on deliveries (charged_tax_id, batch_id) where state = 'batched'`,
  `create index deliveries_failed on deliveries (run_accession) where state = 'failed'`,
  `create index deliveries_batched on deliveries (batch_id) where batch_id is not null`,
  `create index deliveries_charged on deliveries (charged_tax_id, state)`,
  `create table batches (
    id text primary key, name text not null, state text not null, recipe text not null, keep text not null, charged_tax_id integer not null,
    expected_bytes bigint not null, expected_bases bigint not null, memory_gb integer not null, attempts_made integer not null,
    sunk_attempts integer not null, created_at text not null, changed_at text not null)`,
  `create index batches_of_taxon on batches (charged_tax_id, created_at)`,
  `create index batches_open on batches (state) where state in ('queued', 'assigned', 'started', 'finished')`,
  `create table attempts (
    id text primary key, batch_id text not null, number integer not null, worker_name text not null, token_hash text not null,
    opened_at text not null, closed_at text, closed_why text not null, machine_id text, heard_machine_id text, heard_at text,
    last_beat_at text, progress_json text, progress_at text, deadline_at text not null, closing_json text, closing_at text, failed_why text)`,
  `create index attempts_of_batch on attempts (batch_id)`,
  `create unique index attempts_open on attempts (batch_id) where closed_at is null`,
  `create index attempts_token on attempts (token_hash)`,
  `create table attempt_runs (
    attempt_id text not null, run_accession text not null, delivery_id text not null, outcome text not null, reason text, detail text not null,
    cure text, heard_at text, manifest_sha256 text, collect_failures integer not null, next_collect_at text, collect_error text not null,
    receipt_id text, removed_at text, primary key (attempt_id, run_accession))`,
  `create index attempt_runs_of_delivery on attempt_runs (delivery_id)`,
  `create table workers (
    name text primary key, attempt_id text not null, provider text not null, state text not null, machine_id text, address text,
    requested_at text not null, changed_at text not null, last_heard_at text, ending text not null, destroy_asked_at text,
    missing_sightings integer not null, held_since text)`,
  `create index workers_alive on workers (name) where state <> 'destroyed'`,
  `create unique index workers_attempt on workers (attempt_id)`,
  `create table strays (
    machine_id text primary key, name text not null, first_seen_at text not null, sightings integer not null, attempt_id text)`,
  `create table receipts (
    id text primary key, delivery_id text not null, attempt_id text, run_accession text not null, collector text not null,
    relative_path text not null, files_json text not null, total_bytes bigint not null, versions_json text not null, stored_at text not null)`,
  `create unique index receipts_of_delivery on receipts (delivery_id)`,
  `create index receipts_of_run on receipts (run_accession)`,
  `create table links_owed (
    tax_id integer not null, run_accession text not null, delivery_id text not null, primary key (tax_id, run_accession)) without rowid`,
  `create table events (
    id integer primary key, at text not null, subject text not null, subject_id text not null, event text not null, from_state text not null,
    to_state text not null, why text not null, by_whom text not null, tax_id integer)`,
  `create index events_of_subject on events (subject, subject_id, id)`,
  `create index events_of_taxon on events (tax_id, id) where tax_id is not null`,
  `create table passes (
    id integer primary key, stage text not null, begun_at text not null, ended_at text not null, planned integer not null,
    failed integer not null, failures_json text not null)`,
  `create table attention (
    id integer primary key, subject text not null, subject_id text not null, cause text not null, evidence text not null, tried text not null,
    opened_at text not null, resolved_at text, resolution text not null, resolved_by text not null)`,
  `create unique index attention_open on attention (subject, subject_id, cause) where resolved_at is null`,
  `create table costs (
    machine_id text primary key, worker_name text not null, attempt_id text, charged_tax_id integer, from_at text not null, to_at text,
    microdollars_per_second integer not null, microdollars bigint not null)`,
  `create table installation (key text primary key, value text not null)`,
]
