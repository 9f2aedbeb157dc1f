import type { RunAccession } from '../../../core/accession.ts'
import { writeEvent } from '../events.ts'
import type { Ledger, Reader, Tx } from '../ledger.ts'
import type { Cause } from '../move-state.ts'
import { setSkip } from '../verdicts.ts'

/** What skipping does, before it is done. */
export interface Skipping {
  skipped: RunAccession[]
  /** Of those, in a batch now: what is unproved of them is lost. */
  lostRuns: RunAccession[]
  refused: { runAccession: string; why: string }[]
}

/** Looks at what skipping these runs would mean, for one taxon or for all that saw them. */
export async function lookAtSkipping(read: Reader, runs: readonly RunAccession[], taxId: number | null): Promise<Skipping> {
  const skipping: Skipping = { skipped: [], lostRuns: [], refused: [] }
  for (const run of runs) {
    let query = read
      .selectFrom('verdicts as v')
      .leftJoin('deliveries as d', 'd.id', 'v.delivery_id')
      .select(['v.tax_id', 'd.state'])
      .where('v.run_accession', '=', run)
    if (taxId !== null) query = query.where('v.tax_id', '=', taxId)
    const seen = await query.execute()
    if (seen.length === 0)
      skipping.refused.push({
        runAccession: run,
        why: taxId === null ? 'it was never seen' : `it was never seen for taxon ${taxId}`,
      })
    else if (seen.every(row => row.state === 'delivered' || row.state === 'held'))
      skipping.refused.push({ runAccession: run, why: 'it is delivered already' })
    else {
      skipping.skipped.push(run)
      if (seen.some(row => row.state === 'batched')) skipping.lostRuns.push(run)
    }
  }
  return skipping
}

/** Writes a person's skip on the verdicts and has them judged anew: the next pass drops what is owed of them. */
export async function skipRunRows(
  ledger: Ledger,
  runs: readonly RunAccession[],
  taxId: number | null,
  cause: Cause,
): Promise<Skipping> {
  const skipping = await lookAtSkipping(ledger.read, runs, taxId)
  await ledger.write(async tx => {
    for (const run of skipping.skipped) await skipOne(tx, run, taxId, cause)
  })
  return skipping
}

async function skipOne(tx: Tx, run: RunAccession, taxId: number | null, cause: Cause): Promise<void> {
  await setSkip(tx, run, cause.why, taxId === null ? undefined : [taxId])
  await writeEvent(tx, { subject: 'run', subjectId: run, event: 'skip' }, { ...cause, taxId })
}
