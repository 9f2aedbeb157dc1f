import type { Created } from '../providers/provider.ts'
import type { Reader } from './ledger.ts'

/** So often in a row the provider has no machine for a batch before a person is asked. */
export const shortagesBeforeAsking = 4

/** Why an attempt was closed that the provider had no machine for, as it stands in the ledger. */
export function whyWithoutMachine(outcome: Extract<Created, { why: string }>): string {
  return `${outcome.kind}: ${outcome.why}`
}

function isShortage(closedWhy: string): boolean {
  return closedWhy.startsWith('no-capacity: ') || closedWhy.startsWith('wait: ')
}

/** Batches that the provider had no machine for at their newest attempts, and how often in a row; it counts anew after a person resolved that. */
export async function shortagesOf(read: Reader, batchIds: readonly string[]): Promise<Map<string, number>> {
  if (batchIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('attempts')
    .select(['batch_id', 'closed_at', 'closed_why'])
    .where('batch_id', 'in', batchIds)
    .orderBy('number', 'desc')
    .execute()
  const since = await capacityResolvedAt(read)
  const found = new Map<string, number>()
  for (const [batchId, attempts] of Map.groupBy(rows, row => row.batch_id)) {
    const end = attempts.findIndex(({ closed_at: at, closed_why: why }) => !isShortage(why) || (at ?? '') <= since)
    found.set(batchId, end === -1 ? attempts.length : end)
  }
  return found
}

/** Of these batches, those that wait for a person, because the provider has no machine for them. */
export async function shortBatches(read: Reader, batchIds: readonly string[]): Promise<Set<string>> {
  const counts = await shortagesOf(read, batchIds)
  return new Set([...counts].flatMap(([batchId, count]) => (count >= shortagesBeforeAsking ? [batchId] : [])))
}

/** When it was last said that the provider gives machines again; empty when never. */
export async function capacityResolvedAt(read: Reader): Promise<string> {
  const row = await read
    .selectFrom('attention')
    .select(eb => eb.fn.max('resolved_at').as('at'))
    .where('subject', '=', 'installation')
    .where('cause', 'in', ['no-capacity', 'provider-refused'])
    .executeTakeFirst()
  return row?.at ?? ''
}
