import type { RunAccession } from '../../../core/accession.ts'
import type { Deps } from '../../deps.ts'
import { storeRuns } from '../../ledger/archive-rows.ts'
import { fieldSetOf } from '../../ledger/field-sets.ts'
import { toAnsweredRun, toKeptRun } from '../../ledger/run-columns.ts'
import { leaveSubtree, withdrawRun } from '../../ledger/runs.ts'
import { markTaxaStale } from '../../ledger/stale-files.ts'
import type { Action } from './plan.ts'

/** Asks by accession for a run that two full reconciles missed: gone means withdrawn, and still there means that it left this taxon. */
export async function lookUpMissed(action: Extract<Action, { kind: 'look up' }>, deps: Deps): Promise<void> {
  const { ledger, source } = deps
  const { taxId, runAccession } = action
  const found = await source.runOf(runAccession as RunAccession)
  const cause = { at: deps.clock(), why: 'two full reconciles missed it', byWhom: 'discover', taxId }
  await ledger.write(async tx => {
    if (found === 'gone')
      await withdrawRun(tx, runAccession, { ...cause, why: `${cause.why}, and so did a look-up by its accession` })
    else {
      const fieldSet = await fieldSetOf(tx, source.fields())
      await storeRuns(ledger, tx, [toKeptRun(toAnsweredRun(found))], { taxId: undefined, fieldSet }, cause)
      await leaveSubtree(tx, taxId, runAccession, {
        ...cause,
        why: `${cause.why}, and the archive still has it under tax id ${found.taxId}`,
      })
    }
    await markTaxaStale(tx, [taxId], { metadata: false })
  })
}
