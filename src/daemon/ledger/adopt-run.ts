import { totalBytes, type ReadFile } from '../../core/run.ts'
import { fieldSetOf } from './field-sets.ts'
import type { Tx } from './ledger.ts'

/** What outlived a restore tells of a run. */
export interface OutlivedRun {
  runAccession: string
  /** Of its files when it was worked on. */
  revision: string
  /** Empty where only a receipt tells of it. */
  readFiles: readonly ReadFile[]
  sampleAccession: string
  /** 0 where only a receipt tells of it. */
  taxId: number
}

/**
 * Writes down a run that a restored ledger has never seen, as far as is known of it, so that what is done with it can be followed. Its
 * empty hash lets the next check that lists it say the rest. A run that is known stays as it is.
 */
export async function adoptRun(tx: Tx, run: OutlivedRun, at: Date): Promise<void> {
  const known = await tx
    .selectFrom('runs')
    .select('run_accession')
    .where('run_accession', '=', run.runAccession)
    .executeTakeFirst()
  if (known !== undefined) return
  const nothing = { study_accession: '', experiment_accession: '', scientific_name: '', library_strategy: '', library_source: '' }
  await tx
    .insertInto('runs')
    .values({
      ...nothing,
      run_accession: run.runAccession,
      sample_accession: run.sampleAccession,
      tax_id: run.taxId,
      library_layout: '',
      instrument_platform: '',
      read_count: null,
      base_count: null,
      fastq_bytes: totalBytes(run.readFiles),
      first_public_on: '',
      ena_updated_on: '',
      files_json: JSON.stringify(run.readFiles),
      files_problem: null,
      revision: run.revision,
      archive_state: 'public',
      field_set: await fieldSetOf(tx, []),
      row_hash: '',
      first_seen_at: at.toISOString(),
      changed_at: at.toISOString(),
      waiting_since: null,
      waiting_looks: 0,
      next_look_at: null,
      withdrawn_at: null,
      metadata: '',
    })
    .execute()
}
