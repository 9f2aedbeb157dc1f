import { moneyCauses } from '../../core/money-needs.ts'
import type { Reader } from './ledger.ts'
import { queuedNeeds } from './queued-needs.ts'

/** What waits for money, or for a size that is not to be had: a person was told of it, and microfetch can do nothing about it now. */
export interface WaitingForMoney {
  batchIds: Set<string>
  /** Nothing new is packed. */
  isNothingNew: boolean
}

/** Of these batches in the queue, those that wait for money. */
export async function waitingForMoney(read: Reader, queued: readonly string[]): Promise<WaitingForMoney> {
  const open = await read
    .selectFrom('attention')
    .select(['subject_id', 'cause'])
    .where('cause', 'in', [...moneyCauses])
    .where('resolved_at', 'is', null)
    .execute()
  const isOpen = (cause: string, subjectId = 'installation') =>
    open.some(row => row.cause === cause && row.subject_id === subjectId)
  if (open.length === 0) return { batchIds: new Set(), isNothingNew: false }
  const batchIds = new Set<string>()
  for (const need of (await queuedNeeds(read, queued)).values()) {
    // What no size is there for was never worked on; what else is new goes as soon as it is looked at.
    const waitsForNew = need.isNew && (isOpen('soft-cap') || isOpen('no-size'))
    if (isOpen('month-cap') || waitsForNew || isOpen('taxon-cap', String(need.chargedTaxId))) batchIds.add(need.batchId)
  }
  return { batchIds, isNothingNew: isOpen('soft-cap') || isOpen('month-cap') }
}
