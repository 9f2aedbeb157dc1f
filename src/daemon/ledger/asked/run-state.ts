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
export function runStateOf({ verdict, isSkipped, hasLeftSubtree, isWithdrawn, delivery }: Standing): RunState {
  const isHome = delivery === 'delivered' || delivery === 'held'
  if (delivery === 'batched') return 'batched'
  if (!isHome && isSkipped) return 'skipped'
  if (!isHome && isWithdrawn) return 'withdrawn'
  if (hasLeftSubtree || (verdict === 'rejected' && !(isHome && isWithdrawn))) return 'excluded'
  if (delivery !== null && delivery !== 'dropped') return delivery
  if (verdict === 'unjudged' || verdict === 'waiting') return verdict
  return delivery ?? 'accepted'
}
