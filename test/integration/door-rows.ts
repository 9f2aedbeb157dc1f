import { createHash } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import type { LedgerTables } from '../../src/daemon/ledger/tables.ts'

type Row<Table extends keyof LedgerTables> = Partial<Insertable<LedgerTables[Table]>>

/** The token of an attempt of these tests. */
export function tokenOf(attemptId: string): string {
  return `token-of-${attemptId}`
}

/** Puts rows into the ledger: whole and valid, but for what is given. */
export function addedRows(ledger: Ledger, now: Date) {
  const at = now.toISOString()
  const day = at.slice(0, 10)
  async function insert<Table extends keyof LedgerTables>(table: Table, row: Insertable<LedgerTables[Table]>): Promise<void> {
    await ledger.write(async tx => {
      await tx.insertInto(table).values(row).execute()
    })
  }
  return {
    taxon: (taxId: number, given: Row<'taxa'> = {}) =>
      insert('taxa', {
        tax_id: taxId,
        resolved_tax_id: taxId,
        scientific_name: `Taxon ${taxId}`,
        rank: 'species',
        scope: 'subtree',
        state: 'tracked',
        paused: 0,
        priority: 0,
        settings_json: '{}',
        reach_json: '{"kind":"all"}',
        added_at: at,
        removed_at: null,
        last_checked: at,
        last_full_check: at,
        next_check_at: new Date(now.getTime() + 3_600_000).toISOString(),
        check_failures: 0,
        full_check_wanted: 0,
        warning: '',
        filter_set: 'f1',
        files_stale: 0,
        files_written_at: null,
        ...given,
      }),
    run: (run: string, given: Row<'runs'> = {}) =>
      insert('runs', {
        run_accession: run,
        study_accession: 'PRJEB1',
        sample_accession: 'SAMEA1',
        experiment_accession: 'ERX1',
        tax_id: 624,
        scientific_name: 'Shigella sonnei',
        library_strategy: 'WGS',
        library_source: 'GENOMIC',
        library_layout: 'PAIRED',
        instrument_platform: 'ILLUMINA',
        read_count: 1_000_000,
        base_count: 300_000_000,
        fastq_bytes: 100_000_000,
        first_public_on: day,
        ena_updated_on: day,
        files_json: JSON.stringify([
          { name: `${run}_1.fastq.gz`, address: `h/${run}_1.fastq.gz`, sizeBytes: 5, md5: 'm', role: 'mate1' },
        ]),
        files_problem: null,
        revision: `rev-${run}`,
        archive_state: 'public',
        metadata: '',
        field_set: 1,
        row_hash: 'h',
        first_seen_at: at,
        changed_at: at,
        waiting_since: null,
        waiting_looks: 0,
        next_look_at: null,
        withdrawn_at: null,
        ...given,
      }),
    verdict: (taxId: number, run: string, given: Row<'verdicts'> = {}) =>
      insert('verdicts', {
        tax_id: taxId,
        run_accession: run,
        verdict: 'accepted',
        reasons_json: '[]',
        filter_set: 'f1',
        judged_at: at,
        skip: null,
        missed_checks: 0,
        missed_since: null,
        left_subtree_at: null,
        delivery_id: null,
        ...given,
      }),
    delivery: (id: string, run: string, given: Row<'deliveries'> = {}) =>
      insert('deliveries', {
        id,
        run_accession: run,
        revision: `rev-${run}`,
        recipe: 'assemble',
        recipe_identity: null,
        state: 'wanted',
        charged_tax_id: 624,
        batch_id: null,
        strikes: 0,
        alone: 0,
        memory_step: 0,
        reason: null,
        detail: '',
        wanted_at: at,
        changed_at: at,
        ...given,
      }),
    batch: (id: string, given: Row<'batches'> = {}) =>
      insert('batches', {
        id,
        name: `shigella-${id}`,
        state: 'started',
        recipe: 'assemble',
        keep: 'both',
        charged_tax_id: 624,
        expected_bytes: 100,
        expected_bases: 300,
        memory_gb: 8,
        attempts_made: 1,
        sunk_attempts: 0,
        created_at: at,
        changed_at: at,
        ...given,
      }),
    attempt: (id: string, batchId: string, given: Row<'attempts'> = {}) =>
      insert('attempts', {
        id,
        batch_id: batchId,
        number: 1,
        worker_name: `mf-${id}`,
        token_hash: createHash('sha256').update(tokenOf(id)).digest('hex'),
        opened_at: at,
        closed_at: null,
        closed_why: '',
        machine_id: null,
        heard_machine_id: null,
        heard_at: null,
        last_beat_at: null,
        progress_json: null,
        progress_at: null,
        deadline_at: at,
        closing_json: null,
        closing_at: null,
        failed_why: null,
        host_key: null,
        ...given,
      }),
    attemptRun: (attemptId: string, run: string, given: Row<'attempt_runs'> = {}) =>
      insert('attempt_runs', {
        attempt_id: attemptId,
        run_accession: run,
        delivery_id: `d-${run}`,
        outcome: 'none',
        reason: null,
        detail: '',
        cure: null,
        heard_at: null,
        manifest_sha256: null,
        collect_failures: 0,
        next_collect_at: null,
        collect_error: '',
        receipt_id: null,
        removed_at: null,
        ...given,
      }),
    worker: (attemptId: string, given: Row<'workers'> = {}) =>
      insert('workers', {
        name: `mf-${attemptId}`,
        attempt_id: attemptId,
        provider: 'local',
        state: 'working',
        machine_id: `m-${attemptId}`,
        address: '/workers/1',
        requested_at: at,
        changed_at: at,
        last_heard_at: at,
        ending: '',
        destroy_asked_at: null,
        missing_sightings: 0,
        held_since: null,
        ...given,
      }),
    receipt: (id: string, deliveryId: string, run: string) =>
      insert('receipts', {
        id,
        delivery_id: deliveryId,
        attempt_id: null,
        run_accession: run,
        collector: 'rsync',
        relative_path: `runs/${run.slice(0, 6)}/${run}/${deliveryId}`,
        files_json: JSON.stringify([{ path: 'contigs.fasta.gz', bytes: 7, sha256: 'a'.repeat(64) }]),
        total_bytes: 7,
        versions_json: JSON.stringify({ skesa: '2.4.0' }),
        stored_at: at,
      }),
    cost: (machineId: string, attemptId: string, seconds: number) =>
      insert('costs', {
        machine_id: machineId,
        worker_name: `mf-${attemptId}`,
        attempt_id: attemptId,
        charged_tax_id: 624,
        from_at: at,
        to_at: new Date(now.getTime() + seconds * 1000).toISOString(),
        microdollars_per_hour: 36_000,
        minimum_seconds: 0,
        minimum_microdollars: 0,
        microdollars: seconds * 10,
      }),
    attention: (given: Row<'attention'> = {}) =>
      insert('attention', {
        subject: 'taxon',
        subject_id: '624',
        cause: 'collect-failed',
        evidence: 'seen',
        tried: 'twice',
        opened_at: at,
        resolved_at: null,
        resolution: '',
        resolved_by: '',
        ...given,
      }),
  }
}
