import { sayDollars } from '../../../core/say-dollars.ts'
import type { Deps } from '../../deps.ts'
import { openAttention } from '../../ledger/attention.ts'
import { reserveAnew } from '../../ledger/reservations.ts'
import type { Exhausted } from './plan.ts'

/**
 * Sets money aside anew for a machine that is there and has used up what there was: nothing is ended for the sake of a cap, and nothing
 * new may be begun with what it goes on to cost. A person is told, unless nothing was ever set aside for it (it was adopted).
 */
export async function reserveMore(exhausted: Exhausted, deps: Deps, at: Date): Promise<void> {
  const { attemptId, workerName, taxId, price, microdollars, reservedMicrodollars } = exhausted
  await deps.ledger.write(async tx => {
    await reserveAnew(tx, { attemptId, chargedTaxId: taxId, microdollars, price, size: '' }, at)
    if (reservedMicrodollars > 0) await openAttention(tx, toNeed(exhausted), at, 'provision')
  })
  if (reservedMicrodollars === 0) return
  deps.log.warn('a machine has used up what was set aside for it', { taxId, worker: workerName, why: evidenceOf(exhausted) })
}

function toNeed(exhausted: Exhausted) {
  return {
    subject: 'machine' as const,
    subjectId: exhausted.workerName,
    cause: 'past-reserve',
    evidence: evidenceOf(exhausted),
    tried:
      'it is kept, collecting goes on, and money is set aside for it anew before anything new is created; such machines alone may pass a cap',
  }
}

function evidenceOf({ reservedMicrodollars, microdollars, price, unproved }: Exhausted): string {
  const holds =
    unproved === 0
      ? 'it is still there'
      : `it holds ${unproved} ${unproved === 1 ? 'run' : 'runs'} that ${unproved === 1 ? 'is' : 'are'} not yet at home`
  return (
    `the ${sayDollars(reservedMicrodollars)} that were set aside for it are used up, and ${holds}; ` +
    `it costs ${sayDollars(price.microdollarsPerHour * 24)} a day, and ${sayDollars(microdollars)} more are set aside`
  )
}
