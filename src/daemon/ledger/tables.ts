import type { Generated } from 'kysely'
import type { BatchState } from '../../core/batch-state.ts'
import type { DeliveryState } from '../../core/delivery-state.ts'
import type { WorkerState } from '../../core/worker-state.ts'
import type { CollectionTables } from './collection-tables.ts'
import type { MoneyTables } from './money-tables.ts'
import type { NoticeTables } from './notice-tables.ts'
import type { TaxaTable, ChecksTable, RunsTable, FieldSetsTable, VerdictsTable } from './archive-tables.ts'

export type { TaxaTable, ChecksTable, RunsTable, FieldSetsTable, VerdictsTable }

/*
 * The columns of the ledger. Instants (`_at`) are ISO 8601 in UTC, days (`_on`) are YYYY-MM-DD, booleans are 0 or 1,
 * columns ending in `_json` hold JSON. Every type used exists in SQLite and in PostgreSQL.
 */

/** What we owe: (run, revision, recipe). */
export interface DeliveriesTable {
  id: string
  run_accession: string
  /** Empty for an imported holding whose files nobody described. */
  revision: string
  /** The recipe's name; `*` for an imported holding, which satisfies every recipe. */
  recipe: string
  /** The identity of the recipe that made it; null before it is batched. */
  recipe_identity: string | null
  state: DeliveryState
  /** The taxon whose money it is. */
  charged_tax_id: number | null
  batch_id: string | null
  /** Sunk attempts that held it. */
  strikes: number
  /** Tried alone next time. */
  alone: number
  /** Place in `Policy.memorySizesGb`: raised by an out-of-memory. */
  memory_step: number
  reason: string | null
  detail: string
  wanted_at: string
  changed_at: string
}

/** Deliveries that one worker does together. */
export interface BatchesTable {
  id: string
  /** For people: `<taxon name>-<day>-<letter>`. */
  name: string
  state: BatchState
  recipe: string
  keep: string
  charged_tax_id: number
  expected_bytes: number
  expected_bases: number
  memory_gb: number
  attempts_made: number
  /** Attempts that had a machine and sank. */
  sunk_attempts: number
  created_at: string
  changed_at: string
}

/** One try of a batch, with what its agent told us. Only `watch` acts on what is heard. */
export interface AttemptsTable {
  id: string
  batch_id: string
  number: number
  worker_name: string
  token_hash: string
  opened_at: string
  /** Null while open; a closed attempt is answered 410. */
  closed_at: string | null
  closed_why: string
  /** The provider's machine id that is bound to this attempt. */
  machine_id: string | null
  /** The first machine id heard, and when: a fact that `watch` settles. */
  heard_machine_id: string | null
  heard_at: string | null
  last_beat_at: string | null
  /** `Progress` of the last beat. */
  progress_json: string | null
  progress_at: string | null
  /** A hard end for the agent's pipeline. */
  deadline_at: string
  /** The closing document, once heard or read; it is a fact, not yet a proof. */
  closing_json: string | null
  closing_at: string | null
  failed_why: string | null
  /** The ssh host key that its machine was given, as in `known_hosts`; null where machines are folders. */
  host_key: string | null
}

/** What an attempt's agent said of one run, and how far that is proved. */
export interface AttemptRunsTable {
  attempt_id: string
  run_accession: string
  delivery_id: string
  /** `said` nothing yet · `done` a manifest was heard of · `failed` with a reason. */
  outcome: 'none' | 'done' | 'failed'
  reason: string | null
  detail: string
  cure: 'retry' | 'memory' | 'none' | null
  heard_at: string | null
  /** SHA-256 of the manifest that the agent announced. */
  manifest_sha256: string | null
  collect_failures: number
  next_collect_at: string | null
  collect_error: string
  receipt_id: string | null
  /** When its sources were removed from the machine. */
  removed_at: string | null
}

/** Our row of one machine with its agent, for one attempt. */
export interface WorkersTable {
  /** Unique, ours: `mf-<attempt id>`. */
  name: string
  attempt_id: string
  provider: string
  state: WorkerState
  machine_id: string | null
  /** How it is reached: an IP address, or a folder for local machines. */
  address: string | null
  requested_at: string
  changed_at: string
  /** Receipt time of the last sign of life; the lease runs from here. */
  last_heard_at: string | null
  /** Why it ends, once it does. */
  ending: string
  destroy_asked_at: string | null
  /** Sightings of it missing from the provider's list, in a row. */
  missing_sightings: number
  /** When unproved results were first seen to hold it. */
  held_since: string | null
}

/** Machines of our tag that no row owns: seen twice before anything is done. */
export interface StraysTable {
  machine_id: string
  name: string
  first_seen_at: string
  sightings: number
  attempt_id: string | null
}

/** The proof that a delivery is at home. */
export interface ReceiptsTable {
  id: string
  delivery_id: string
  attempt_id: string | null
  run_accession: string
  collector: string
  /** Below the library, never absolute. */
  relative_path: string
  /** `ManifestFile[]`. */
  files_json: string
  total_bytes: number
  /** Tool → version. */
  versions_json: string
  stored_at: string
}

/** A taxon's link in the library, still to be made, to a delivery that was at home before the taxon wanted it. */
export interface LinksOwedTable {
  tax_id: number
  run_accession: string
  delivery_id: string
}

/** What moved, when, why, by whom. */
export interface EventsTable {
  id: Generated<number>
  at: string
  subject: 'taxon' | 'run' | 'delivery' | 'batch' | 'attempt' | 'worker' | 'machine' | 'attention' | 'installation'
  subject_id: string
  event: string
  from_state: string
  to_state: string
  why: string
  by_whom: string
  /** The taxon whose log shows it. */
  tax_id: number | null
}

/** One execution of one stage that did something. */
export interface PassesTable {
  id: Generated<number>
  stage: string
  begun_at: string
  ended_at: string
  planned: number
  failed: number
  failures_json: string
}

/** What needs a person. */
export interface AttentionTable {
  id: Generated<number>
  subject: 'taxon' | 'machine' | 'collector' | 'installation'
  subject_id: string
  cause: string
  evidence: string
  tried: string
  opened_at: string
  resolved_at: string | null
  resolution: string
  resolved_by: string
}

/** Money and machine time, per machine. */
export interface CostsTable {
  machine_id: string
  worker_name: string
  attempt_id: string | null
  charged_tax_id: number | null
  from_at: string
  to_at: string | null
  /** What it costs in an hour, the shortest time charged, and the least charged: millionths of a dollar, and seconds. */
  microdollars_per_hour: number
  minimum_seconds: number
  minimum_microdollars: number
  /** What it cost in all, rounded up; 0 while it is there. */
  microdollars: number
  /** When its deletion was last asked for, and the time before that. */
  deletion_asked_at: string | null
  deletion_before_at: string | null
}

/** Single values: epoch, last pass, whether a restore waits for adoption. */
export interface InstallationTable {
  key: string
  value: string
}

/** All tables, as Kysely sees them. */
export interface LedgerTables extends CollectionTables, MoneyTables, NoticeTables {
  taxa: TaxaTable
  checks: ChecksTable
  runs: RunsTable
  field_sets: FieldSetsTable
  verdicts: VerdictsTable
  deliveries: DeliveriesTable
  batches: BatchesTable
  attempts: AttemptsTable
  attempt_runs: AttemptRunsTable
  workers: WorkersTable
  strays: StraysTable
  receipts: ReceiptsTable
  links_owed: LinksOwedTable
  events: EventsTable
  passes: PassesTable
  attention: AttentionTable
  costs: CostsTable
  installation: InstallationTable
}
