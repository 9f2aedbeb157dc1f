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
}

/** What `look` saw. */
export interface Seen {
  queued: Queued[]
  /** Workers that are not destroyed. */
  live: number
  /** Workers whose finished results are not yet at home. */
  held: number
  adopting: boolean
  /** Why nothing may be created now: the library is full, the collector is silent, the provider refused. */
  obstacles: string[]
  /** Attempts are opened with these, made beforehand: the plan itself knows no chance. */
  ids: string[]
}

export interface Action {
  kind: 'begin'
  batchId: string
  attemptId: string
  attemptNumber: number
}

/** Begins the most urgent batches while the policy leaves room. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
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
  const waitSeconds = waitAfter(batch.attemptsMade, policy.retrySeconds, 3600)
  return now.getTime() >= batch.queuedAtMs + waitSeconds * 1000
}
