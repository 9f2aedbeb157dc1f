import { waitAfter } from '../../../core/backoff.ts'
import type { Policy } from '../../../core/policy.ts'

/** A batch that waits for a worker. */
export interface Queued {
  batchId: string
  attemptsMade: number
  /** When it came into the queue, in milliseconds. */
  queuedAtMs: number
  priority: number
  deliveries: number
  /** The provider had no machine for it several times in a row. */
  isShort: boolean
  /** It was said since it came into the queue that the provider gives machines again. */
  isAskedAgain: boolean
}

/** What `look` saw. */
export interface Seen {
  queued: Queued[]
  /** Workers that are not destroyed. */
  live: number
  /** Workers whose finished results are not yet at home. */
  held: number
  adopting: boolean
  /** Why nothing may be created now: the library is full, or the provider refused. */
  obstacles: string[]
  /** A person was told that the provider has no machine for a batch. */
  toldOfShortage: boolean
  /** Attempts are opened with these, made beforehand: the plan itself knows no chance. */
  ids: string[]
}

export type Action =
  | { kind: 'begin'; batchId: string; attemptId: string; attemptNumber: number }
  /** No batch waits any more that the provider has no machine for. */
  | { kind: 'capacity-back' }

/** Begins the most urgent batches while the policy leaves room. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const isOver = seen.toldOfShortage && !seen.queued.some(batch => batch.isShort)
  return [...(isOver ? [{ kind: 'capacity-back' as const }] : []), ...begin(seen, policy, now)]
}

function begin(seen: Seen, policy: Policy, now: Date): Action[] {
  if (seen.adopting || seen.obstacles.length > 0 || seen.held >= policy.maxHeld) return []
  const room = Math.max(0, policy.maxWorkers - seen.live)
  return seen.queued
    .filter(batch => batch.deliveries > 0 && isRipe(batch, policy, now))
    .sort((a, b) => b.priority - a.priority || a.queuedAtMs - b.queuedAtMs || (a.batchId < b.batchId ? -1 : 1))
    .slice(0, Math.min(room, seen.ids.length))
    .map((batch, place) => ({
      kind: 'begin',
      batchId: batch.batchId,
      attemptId: seen.ids[place] ?? '',
      attemptNumber: batch.attemptsMade + 1,
    }))
}

// A batch that came back waits, longer each time: a provider that is full or a machine that dies at once is not asked all the time.
function isRipe(batch: Queued, policy: Policy, now: Date): boolean {
  if (batch.isAskedAgain) return true
  const waitSeconds = waitAfter(batch.attemptsMade, policy.retrySeconds, 3600)
  return now.getTime() >= batch.queuedAtMs + waitSeconds * 1000
}
