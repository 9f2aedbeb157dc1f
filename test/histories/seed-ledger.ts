import { revisionOf, type ReadFile } from '../../src/core/run.ts'
import type { Ledger, Tx } from '../../src/daemon/ledger/ledger.ts'
import type { World } from './world.ts'

/** The files of a run at its n-th revision; the MD5 alone tells them apart. */
export function filesOf(runAccession: string, generation: number): ReadFile[] {
  const md5 = `${generation}`.padStart(32, '0')
  const name = `${runAccession}_1.fastq.gz`
  return [{ name, address: `ftp.sra.ebi.ac.uk/vol1/fastq/${name}`, sizeBytes: 1_000_000, md5, role: 'single' }]
}

/** The revision of those files. */
export function revisionAt(runAccession: string, generation: number): string {
  return revisionOf(filesOf(runAccession, generation)) ?? ''
}

/** The taxa of every history. */
export const seededTaxa = [561, 562] as const

/** Two taxa that overlap not at all, in part or wholly (where people are busy, seldom: only what a taxon has alone is cancelled); a few runs, each accepted by one or both; `filter` will owe them. */
export async function seedLedger(ledger: Ledger, world: World): Promise<string[]> {
  const runs = Array.from({ length: 3 + world.chance.below(4) }, (_, place) => `ERR00000${place}`)
  const overlap = world.chance.pick(world.temper === 'busy' ? [0, 0, 0, 0.4] : [0, 0.4, 1]) ?? 0
  await ledger.write(async tx => {
    for (const taxId of seededTaxa) await insertTaxon(tx, taxId, world)
    for (const run of runs) {
      await insertRun(tx, run, world)
      const [own = 561, other = 562] = world.chance.happens(0.5) ? seededTaxa : seededTaxa.toReversed()
      await insertVerdict(tx, own, run)
      if (world.chance.happens(overlap)) await insertVerdict(tx, other, run)
    }
  })
  return runs
}

/** One taxon that accepts so many runs; `filter` will owe them. */
export async function seedOneTaxon(ledger: Ledger, world: World, count: number): Promise<string[]> {
  const runs = Array.from({ length: count }, (_, place) => `ERR0000${String(place).padStart(3, '0')}`)
  await ledger.write(async tx => {
    await insertTaxon(tx, 562, world)
    for (const run of runs) {
      await insertRun(tx, run, world)
      await insertVerdict(tx, 562, run)
    }
  })
  return runs
}

async function insertTaxon(tx: Tx, taxId: number, world: World): Promise<void> {
  await tx
    .insertInto('taxa')
    .values({
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
      added_at: world.now().toISOString(),
      removed_at: null,
      last_checked: null,
      last_full_check: null,
      next_check_at: '2999-01-01T00:00:00.000Z',
      check_failures: 0,
      full_check_wanted: 0,
      warning: '',
      filter_set: '',
      files_stale: 0,
      files_written_at: null,
    })
    .execute()
}

async function insertRun(tx: Tx, run: string, world: World): Promise<void> {
  const at = world.now().toISOString()
  await tx
    .insertInto('runs')
    .values({
      run_accession: run,
      study_accession: 'PRJEB1',
      sample_accession: 'SAMEA1',
      experiment_accession: 'ERX1',
      tax_id: 562,
      scientific_name: 'Taxon 562',
      library_strategy: 'WGS',
      library_source: 'GENOMIC',
      library_layout: 'SINGLE',
      instrument_platform: 'ILLUMINA',
      read_count: 1_000_000,
      base_count: 900_000_000,
      fastq_bytes: 1_000_000,
      first_public_on: '2025-01-01',
      ena_updated_on: '2025-01-01',
      files_json: JSON.stringify(filesOf(run, 0)),
      files_problem: null,
      revision: revisionAt(run, 0),
      archive_state: 'public',
      metadata: '',
      field_set: 1,
      row_hash: 'h0',
      first_seen_at: at,
      changed_at: at,
      waiting_since: null,
      waiting_looks: 0,
      next_look_at: null,
      withdrawn_at: null,
    })
    .execute()
}

async function insertVerdict(tx: Tx, taxId: number, run: string): Promise<void> {
  await tx
    .insertInto('verdicts')
    .values({
      tax_id: taxId,
      run_accession: run,
      verdict: 'unjudged',
      reasons_json: '[]',
      filter_set: '',
      judged_at: null,
      skip: null,
      missed_checks: 0,
      missed_since: null,
      left_subtree_at: null,
      delivery_id: null,
    })
    .execute()
}
