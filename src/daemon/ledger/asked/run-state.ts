import type { RunState } from '../../../api/runs.ts'
import type { DeliveryState } from '../../../core/delivery-state.ts'
import type { VerdictsTable } from '../tables.ts'

/** What decides where a run stands for a taxon. */
export interface Standing {
  verdict: VerdictsTable['verdict']
  isSkipped: boolean
  hasLeftSubtree: boolean
  /** Its verdict names RUN_WITHDRAWN. */
  isWithdrawn: boolean
  delivery: DeliveryState | null
}

/**
 * Where a run stands for a taxon, in one word. What is being worked on comes first; then what a person decided, what the archive
 * took back and what the filters say; then what became of the delivery. Files at home stay at home: skipping does not undo them.
 */
export function runStateOf(standing: Standing): RunState {
  const { delivery } = standing
  if (delivery === 'batched') return 'batched'
  return setAside(standing) ?? (delivery === null || delivery === 'dropped' ? undecided(standing) : delivery)
}

/** Nothing is done for it now: a person, the archive or the filters are against it. */
function setAside({ verdict, isSkipped, hasLeftSubtree, isWithdrawn, delivery }: Standing): RunState | undefined {
  const isHome = delivery === 'delivered' || delivery === 'held'
  if (!isHome && isSkipped) return 'skipped'
  if (!isHome && isWithdrawn) return 'withdrawn'
  // What the archive withdrew after it was delivered is not excluded for that.
  if (hasLeftSubtree || (verdict === 'rejected' && !isWithdrawn)) return 'excluded'
  return undefined
}

function undecided({ verdict, delivery }: Standing): RunState {
  if (verdict === 'unjudged' || verdict === 'waiting') return verdict
  return delivery ?? 'accepted'
}
