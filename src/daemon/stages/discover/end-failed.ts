import { waitAfter } from '../../../core/backoff.ts'
import { describeError, isTemporary, Problem } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { openAttention } from '../../ledger/attention.ts'
import { endCheck, needForArchive, othersAreChecked, type BegunCheck, type CheckCounts } from '../../ledger/checks.ts'
import { causeOf } from './end-check.ts'
import { MissingColumns } from './require-fields.ts'

/** The first wait after a check that came to nothing; it doubles each time, up to the longest. */
const firstWaitSeconds = 60
const longestWaitSeconds = 6 * 3600

/** Who is asked, after this many failures in a row. */
interface Asked {
  after: number
  whom: 'taxon' | 'archive' | 'archive unless others are checked'
}

/**
 * A check that threw. What passes by itself is tried again; what does not is shown to a person sooner. What it returns is for whoever
 * counts what the pass could not do.
 */
export function endFailed(check: BegunCheck, counts: CheckCounts, error: unknown, deps: Deps): Promise<Problem> {
  return endBadly(
    check,
    { outcome: 'failed', why: describeError(error), counts },
    askedFor(error, deps.policy.maxCheckFailures),
    deps,
  )
}

/** An answer that is not believed; told as `endFailed` tells. `atOnce` names a cause that a person must see before anything else is done. */
export function endRefused(
  check: BegunCheck,
  counts: CheckCounts,
  why: string,
  atOnce: string | undefined,
  deps: Deps,
): Promise<Problem> {
  const asked: Asked = { after: atOnce === undefined ? deps.policy.maxCheckFailures : 1, whom: 'taxon' }
  return endBadly(check, { outcome: 'refused', why, counts }, asked, deps, atOnce)
}

function askedFor(error: unknown, maxFailures: number): Asked {
  if (error instanceof MissingColumns) return { after: 1, whom: 'archive' }
  if (!(error instanceof Problem)) return { after: maxFailures, whom: 'taxon' }
  if (isTemporary(error.code)) return { after: maxFailures, whom: 'archive unless others are checked' }
  return { after: error.code === 'broken-answer' ? maxFailures : 2, whom: 'taxon' }
}

interface Bad {
  outcome: 'failed' | 'refused'
  why: string
  counts: CheckCounts
}

async function endBadly(check: BegunCheck, bad: Bad, asked: Asked, deps: Deps, cause = 'check-failing'): Promise<Problem> {
  const { ledger } = deps
  const { tax_id: taxId, check_failures: before } = check.taxon
  const failures = before + 1
  const isEnough = failures >= asked.after
  const others =
    asked.whom === 'archive unless others are checked' && isEnough && (await othersAreChecked(ledger.read, taxId, failures))
  const isTaxons = asked.whom === 'taxon' || others
  const by = causeOf(check, deps)
  const waitSeconds = waitAfter(failures, firstWaitSeconds, Math.min(longestWaitSeconds, deps.policy.checkSeconds))
  const need = { evidence: bad.why, tried: `${failures} ${failures === 1 ? 'check' : 'checks in a row'} came to nothing` }
  await ledger.write(async tx => {
    const taxon = {
      // A person who resolves it lets it begin anew.
      check_failures: isEnough && isTaxons ? 0 : failures,
      next_check_at: new Date(by.at.getTime() + waitSeconds * 1000).toISOString(),
    }
    await endCheck(tx, check, { ...bad, taxon }, by)
    if (!isEnough) return
    if (isTaxons) await openAttention(tx, { subject: 'taxon', subjectId: String(taxId), cause, ...need }, by.at, by.byWhom)
    else await needForArchive(tx, asked.whom === 'archive' ? 'archive-changed' : 'archive-unreachable', need, by)
  })
  const often = failures === 1 ? '' : ` (${failures} in a row)`
  return new Problem('broken-answer', `the check of ${taxId} came to nothing${often}: ${bad.why}`)
}
