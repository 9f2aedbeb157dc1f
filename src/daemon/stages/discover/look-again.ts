import type { RunAccession } from '../../../core/accession.ts'
import { waitingDays } from '../../../core/backoff.ts'
import type { Deps } from '../../deps.ts'
import { storeRuns } from '../../ledger/archive-rows.ts'
import { fieldSetOf } from '../../ledger/field-sets.ts'
import { toAnsweredRun, toKeptRun } from '../../ledger/run-columns.ts'
import { noteLook } from '../../ledger/runs.ts'
import type { Action } from './plan.ts'

const dayMs = 86_400_000

/** Looks whether a run that waits has its files by now. One that the archive does not find still waits: only full reconciles tell that it is gone. */
export async function lookAgain(action: Extract<Action, { kind: 'look again' }>, deps: Deps): Promise<void> {
  const { ledger, source, policy } = deps
  const found = await source.runOf(action.runAccession as RunAccession)
  const cause = { at: deps.clock(), why: 'looked at again', byWhom: 'discover' }
  const looks = action.waitingLooks + 1
  const days = waitingDays(looks, policy.waitingDays)
  const next = days === undefined ? null : new Date(Date.parse(action.waitingSince) + days * dayMs).toISOString()
  await ledger.write(async tx => {
    if (found !== 'gone') {
      const fieldSet = await fieldSetOf(tx, source.fields())
      await storeRuns(ledger, tx, [toKeptRun(toAnsweredRun(found))], { taxId: undefined, fieldSet }, cause)
    }
    await noteLook(tx, action.runAccession, looks, next)
  })
}
