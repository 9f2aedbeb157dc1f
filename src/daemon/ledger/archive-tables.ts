import type { Generated } from 'kysely'
import type { ArchiveState } from '../../core/run.ts'
import type { Scope } from '../../core/taxon.ts'

/* The columns that hold what people track and what the archive says. The rules of `tables.ts` hold here too. */

/** A tax id that people track. Removed rows stay and revive. */
export interface TaxaTable {
  /** The id as the person gave it. */
  tax_id: number
  /** The id it resolves to now; differs after a merge in the taxonomy. */
  resolved_tax_id: number
  scientific_name: string
  rank: string
  scope: Scope
  state: 'tracked' | 'removed' | 'deleted'
  paused: number
  priority: number
  /** What was set for this taxon, as `KEY → VALUE`; the rest comes from the settings. */
  settings_json: string
  /** `Reach`. */
  reach_json: string
  added_at: string
  removed_at: string | null
  /** Start of the last good check, by the archive's `Date`. */
  last_checked: string | null
  last_full_check: string | null
  next_check_at: string
  check_failures: number
  /** 1: the next check is a full reconcile · 2: the first check a day after the last full one is, to confirm what it missed. */
  full_check_wanted: number
  /** What a person should know but need not act on (`generated_warning` of the original). */
  warning: string
  /** Under what (filter set, recipe, tracked or not) all its verdicts were gone through last; empty: never. */
  filter_set: string
  /** The same of the going-through that is under way, and the last run that it has passed. */
  walk_set: Generated<string>
  walked_to: Generated<string>
  /** Grows with every change of its runs or verdicts; 0 when its list of accession numbers shows them all. */
  files_stale: number
  /** The same for its metadata file, which only what the archive says can change. */
  metadata_stale: Generated<number>
  files_written_at: string | null
}

/** One look at the archive for one taxon. */
export interface ChecksTable {
  id: Generated<number>
  tax_id: number
  kind: 'incremental' | 'full'
  begun_at: string
  ended_at: string | null
  /** ENA's `Date` header of the first answer. */
  archive_at: string | null
  outcome: 'begun' | 'good' | 'refused' | 'failed'
  count_before: number | null
  count_after: number | null
  rows_seen: number
  new_runs: number
  changed_runs: number
  gone_runs: number
  why: string
}

/** One run of the archive, whoever tracks it. */
export interface RunsTable {
  run_accession: string
  study_accession: string
  sample_accession: string
  experiment_accession: string
  tax_id: number
  scientific_name: string
  library_strategy: string
  library_source: string
  library_layout: string
  instrument_platform: string
  read_count: number | null
  base_count: number | null
  fastq_bytes: number
  first_public_on: string
  ena_updated_on: string
  /** `ReadFile[]`. */
  files_json: string
  files_problem: string | null
  /** Names its files (bytes and MD5); null while there are none. */
  revision: string | null
  archive_state: ArchiveState
  field_set: number
  /** Fingerprint of all that the archive says: equal means that nothing is written. Empty for a withdrawn run, so that its return is seen. */
  row_hash: string
  first_seen_at: string
  /** When its files, its archive state or a cell that filters see last changed. */
  changed_at: string
  waiting_since: string | null
  waiting_looks: number
  next_look_at: string | null
  withdrawn_at: string | null
  /** The metadata cells, tab separated, in the order of `field_sets.fields`. Last, so that a row is read without it. */
  metadata: string
}

/** The columns of stored metadata, so that a million rows need not repeat their names. */
export interface FieldSetsTable {
  id: Generated<number>
  /** Column names, tab separated. */
  fields: string
}

/** (taxon, run): whether the taxon accepts the run, under which filters, with all reasons. */
export interface VerdictsTable {
  tax_id: number
  run_accession: string
  verdict: 'unjudged' | 'accepted' | 'rejected' | 'waiting'
  /** `Reason[]`. */
  reasons_json: string
  filter_set: string
  judged_at: string | null
  /** A person's skip: why; holds across revisions until `retry`. */
  skip: string | null
  /** Full reconciles in a row, each a day or more after the first, that did not list it, and when the first was. At 2 it is looked up. */
  missed_checks: number
  missed_since: string | null
  left_subtree_at: string | null
  /** The delivery that met this taxon's wish for the run, or is to meet it: a later change of recipe does not owe it again. */
  delivery_id: string | null
}
