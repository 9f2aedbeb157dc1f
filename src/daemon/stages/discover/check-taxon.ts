import { isMassDisappearance } from '../../../core/believe-answer.ts'
import { isReachKnown } from '../../../core/filters/reach.ts'
import { Problem } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { openAnswerStore, type AnswerStore } from '../../ledger/answer-store.ts'
import { beginCheck, nothingSeen, type BegunCheck, type CheckCounts } from '../../ledger/checks.ts'
import { countMissing, isDisappearanceAccepted, noteMissing, someExpected } from '../../ledger/missed-runs.ts'
import { confirmEmpty } from './confirm-empty.ts'
import { endGood, endWithoutTaxon } from './end-check.ts'
import { endFailed, endRefused } from './end-failed.ts'
import type { Action } from './plan.ts'
import { readAnswer, storeAnswer, type Answer } from './read-answer.ts'
import { requireFields } from './require-fields.ts'
import { onlyTaxIdsOf, resolveTaxon, type ThereTaxon } from './resolve-taxon.ts'

/** A check that goes on: what it is about, where its answer lies, what was seen so far. */
interface GoingCheck {
  check: BegunCheck
  store: AnswerStore
  counts: CheckCounts
}

/**
 * One look at the archive for one taxon. A death in the midst of it changes nothing but what was stored already, and the next pass
 * begins anew. A doubtful answer is refused: nothing of it is stored, nothing is held to be missing, and `last_checked` stands.
 * A check that came to nothing has its next time already; it throws all the same, so that the pass counts it.
 */
export async function checkTaxon(action: Extract<Action, { kind: 'check' }>, deps: Deps): Promise<void> {
  const check = await deps.ledger.write(tx => beginCheck(tx, action.taxId, action.isFull, deps.clock()))
  if (check === undefined) return
  const going: GoingCheck = { check, store: openAnswerStore(), counts: nothingSeen }
  let cameToNothing: Problem | undefined
  try {
    await requireFields(deps.source)
    const resolved = await resolveTaxon(check.taxon, deps.source)
    if (resolved.kind === 'gone') await endWithoutTaxon(check, resolved.why, deps)
    else cameToNothing = await lookAtArchive(going, resolved, deps)
  } catch (error) {
    cameToNothing = await endFailed(check, going.counts, error, deps)
    // A fault of the far side is dealt with; any other is ours, and must be seen.
    if (!(error instanceof Problem)) throw error
  } finally {
    going.store.close()
  }
  if (cameToNothing !== undefined) throw cameToNothing
}

/** What became of it is written down; returned when it came to nothing. */
async function lookAtArchive(going: GoingCheck, resolved: ThereTaxon, deps: Deps): Promise<Problem | undefined> {
  // Under another tax id there are other runs, those of long ago among them.
  if (resolved.taxId !== going.check.taxon.resolved_tax_id) going.check.isFull = true
  const { check } = going
  const answer = await readWithCare(going, resolved, deps)
  const doubt = answer.doubt ?? (await doubtEmpty(check, answer, deps))
  // An answer that looks whole and is not may be one to another question: nothing is begun because of it.
  if (doubt !== undefined) return endRefused(check, answer.counts, doubt, undefined, deps)
  await storeRows(going, answer.counts, deps)
  if (!answer.isReconcile) {
    await endGood(check, resolved, going.counts, { isConfirming: false }, deps)
    return undefined
  }
  const which = { taxId: check.taxon.tax_id, onlyTaxIds: onlyTaxIdsOf(check.taxon, resolved.taxId) }
  const missing = await countMissing(deps.ledger.read, going.store, which)
  going.counts = { ...going.counts, gone_runs: missing.missing }
  if (
    isMassDisappearance(missing) &&
    !(await isDisappearanceAccepted(deps.ledger.read, which.taxId, check.taxon.last_full_check))
  ) {
    const why = `${missing.newlyMissing} of ${missing.expected} known runs are suddenly missing from a full listing; once this is resolved, the archive is believed`
    return endRefused(check, going.counts, why, 'runs-disappeared', deps)
  }
  const isConfirming = missing.missing > 0 && (await noteMissing(deps.ledger, going.store, which, deps.clock()))
  await endGood(check, resolved, going.counts, { isConfirming }, deps)
  return undefined
}

/** Rows that came before an answer broke off are facts: they are stored before the fault goes its way. */
async function readWithCare(going: GoingCheck, resolved: ThereTaxon, deps: Deps): Promise<Answer> {
  try {
    return await readAnswer(going.check, resolved.taxId, going.store, deps, counts => (going.counts = counts))
  } catch (error) {
    // While it is not known which runs are within reach none can be judged.
    if (isReachKnown(going.check.reach)) await storeRows(going, going.counts, deps)
    throw error
  }
}

/** Stores what differs. */
async function storeRows(going: GoingCheck, seen: CheckCounts, deps: Deps): Promise<void> {
  const stored = await storeAnswer(going.check, going.store, deps)
  going.counts = { ...seen, new_runs: stored.newRuns, changed_runs: stored.changedRuns }
}

async function doubtEmpty(check: BegunCheck, answer: Answer, deps: Deps): Promise<string | undefined> {
  if (!check.isFull || answer.counts.rows_seen > 0) return undefined
  const which = { taxId: check.taxon.tax_id, onlyTaxIds: onlyTaxIdsOf(check.taxon, check.taxon.resolved_tax_id) }
  return confirmEmpty(limit => someExpected(deps.ledger.read, which, limit), deps.source)
}
