import type { Reader } from './ledger.ts'

/** Accessions of the runs that an attempt holds and that nothing was heard of. */
export async function unheardRuns(read: Reader, attemptId: string): Promise<string[]> {
  const rows = await read
    .selectFrom('attempt_runs')
    .select('run_accession')
    .where('attempt_id', '=', attemptId)
    .where('outcome', '=', 'none')
    .orderBy('run_accession')
    .execute()
  return rows.map(row => row.run_accession)
}
