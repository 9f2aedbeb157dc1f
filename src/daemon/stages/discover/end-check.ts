import type { Deps } from '../../deps.ts'
import { openAttention } from '../../ledger/attention.ts'
import { archiveAnswers, endCheck, type BegunCheck, type CheckCounts } from '../../ledger/checks.ts'
import type { Cause } from '../../ledger/move-state.ts'
import { reachLimit } from '../../ledger/runs.ts'
import { mergeWarning, type ThereTaxon } from './resolve-taxon.ts'

const secondsOfDay = 86_400

/** Who writes, when, in whose log. */
export function causeOf(check: BegunCheck, deps: Deps): Cause {
  return { at: deps.clock(), why: 'check', byWhom: 'discover', taxId: check.taxon.tax_id }
}

/** A believed check: the next one begins from here. */
export async function endGood(
  check: BegunCheck,
  resolved: ThereTaxon,
  counts: CheckCounts,
  { isConfirming }: { isConfirming: boolean },
  deps: Deps,
): Promise<void> {
  const { ledger, policy } = deps
  const { taxon, reach, isFull } = check
  const cause = causeOf(check, deps)
  const from =
    reach.kind === 'max-runs' && reach.from === undefined ? await reachLimit(ledger.read, taxon.tax_id, reach.runs) : undefined
  // What was missed once is to be confirmed a day later, however rarely the taxon is checked.
  const seconds = isConfirming ? Math.min(policy.checkSeconds, secondsOfDay) : policy.checkSeconds
  const knownWarning = mergeWarning(taxon.tax_id, taxon.resolved_tax_id)
  const warning =
    taxon.warning === '' || taxon.warning === knownWarning ? mergeWarning(taxon.tax_id, resolved.taxId) : taxon.warning
  await ledger.write(async tx => {
    await endCheck(
      tx,
      check,
      {
        outcome: 'good',
        why: resolved.taxId === taxon.resolved_tax_id ? '' : mergeWarning(taxon.tax_id, resolved.taxId),
        counts,
        taxon: {
          state: 'tracked',
          resolved_tax_id: resolved.taxId,
          scientific_name: resolved.scientificName,
          rank: resolved.rank,
          warning,
          last_checked: counts.archive_at,
          next_check_at: new Date(cause.at.getTime() + seconds * 1000).toISOString(),
          check_failures: 0,
          ...(isFull ? { last_full_check: check.begunAt.toISOString(), full_check_wanted: isConfirming ? 2 : 0 } : {}),
          ...(from === undefined ? {} : { reach_json: JSON.stringify({ ...reach, from }) }),
        },
      },
      cause,
    )
    await archiveAnswers(tx, cause)
  })
  const { rows_seen: rows, new_runs: fresh, changed_runs: changed } = counts
  deps.log.say('taxon checked', { taxId: taxon.tax_id, full: isFull, rows, new: fresh, changed, missing: counts.gone_runs })
}

/** The taxonomy has lost the taxon: a person must say what is meant now. No run of it is held to be withdrawn. */
export async function endWithoutTaxon(check: BegunCheck, why: string, deps: Deps): Promise<void> {
  const cause = causeOf(check, deps)
  const { tax_id: taxId } = check.taxon
  await deps.ledger.write(async tx => {
    const next = new Date(cause.at.getTime() + deps.policy.checkSeconds * 1000).toISOString()
    const counts = {
      archive_at: null,
      count_before: null,
      count_after: null,
      rows_seen: 0,
      new_runs: 0,
      changed_runs: 0,
      gone_runs: 0,
    }
    await endCheck(tx, check, { outcome: 'refused', why, counts, taxon: { state: 'deleted', next_check_at: next } }, cause)
    const need = { cause: 'taxon-deleted', evidence: why, tried: 'nothing was made of it: runs known so far stay as they are' }
    await openAttention(tx, { subject: 'taxon', subjectId: String(taxId), ...need }, cause.at, cause.byWhom)
  })
  deps.log.warn('the taxonomy has lost a taxon', { taxId, why })
}
