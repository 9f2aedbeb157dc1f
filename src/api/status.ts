import * as v from 'valibot'
import { endpoint } from './endpoint.ts'
import { moneyNow } from './money.ts'
import { instantSchema, nothing } from './wire-values.ts'

/** The whole installation at a glance; the taxa one by one are asked for by `listTaxa`. */
export const installationStatus = v.object({
  version: v.string(),
  taxa: v.object({ tracked: v.number(), paused: v.number(), attention: v.number() }),
  /** What is owed and what became of it; a run that several taxa share is counted once. */
  deliveries: v.object({
    wanted: v.number(),
    batched: v.number(),
    delivered: v.number(),
    failed: v.number(),
    dropped: v.number(),
    held: v.number(),
  }),
  batches: v.object({ queued: v.number(), working: v.number(), finished: v.number() }),
  workers: v.object({ alive: v.number(), held: v.number() }),
  attention: v.number(),
  money: moneyNow,
  /** When the daemon last did a pass; null when it never did. */
  lastPassAt: v.nullable(instantSchema),
  /** A restored ledger waits until its machines are adopted; nothing new begins meanwhile. */
  adopting: v.boolean(),
  library: v.string(),
})
export type InstallationStatus = v.InferOutput<typeof installationStatus>

export const showStatus = endpoint({
  method: 'GET',
  path: '/api/status',
  query: nothing,
  body: nothing,
  reply: installationStatus,
  form: 'document',
})

export const showHealth = endpoint({
  method: 'GET',
  path: '/health',
  query: nothing,
  body: nothing,
  reply: v.object({ ok: v.literal(true), version: v.string() }),
  form: 'document',
})
