import { packDeliveries, type Deliverable } from '../../../core/packing.ts'
import type { Policy } from '../../../core/policy.ts'
import { resolveUnfinished, type Resolution } from '../../../core/resolve-outcome.ts'
import type { BatchState } from '../../../core/batch-state.ts'

/** A delivery that is still batched, with the newest attempt's word on its run. */
export interface Batched {
  id: string
  runAccession: string
  strikes: number
  alone: boolean
  memoryStep: number
  /** The archive's files are no longer those of its revision. */
  superseded: boolean
  outcome: 'none' | 'done' | 'failed'
  /** A receipt stands for it, though the delivery has not moved yet. */
  proved: boolean
  reason: string
  detail: string
  cure: 'retry' | 'memory' | 'none'
}

/** What `look` saw. */
export interface Seen {
  /** Open batches, and closed ones that still hold deliveries. */
  batches: { id: string; state: BatchState; memoryGb: number; chargedTaxId: number; deliveries: Batched[] }[]
  wanted: Wanted[]
  /** Per taxon: deliveries that are being worked on, and its own caps (0: none). */
  taxa: Map<number, { batched: number; openRuns: number; batchRuns: number; batchBytes: number; keep: string }>
  /** After a restore, until machines are adopted: nothing is batched. */
  adopting: boolean
}

/** A wanted delivery and the active taxa that accept it. */
export interface Wanted {
  id: string
  recipe: string
  bytes: number
  bases: number | undefined
  alone: boolean
  memoryStep: number
  chargedTaxId: number | undefined
  activeTaxIds: number[]
}

export type Action =
  | { kind: 'settle'; batchId: string; seen: 'finished' | 'queued' }
  | { kind: 'resolve'; batchId: string; chargedTaxId: number; deliveryId: string; runAccession: string; resolution: Resolution }
  | { kind: 'take'; recipe: string; keep: string; chargedTaxId: number; memoryGb: number; deliveries: Deliverable[] }

/** Closes what is done, puts back or fails what sank, and packs what is wanted. */
export function plan(seen: Seen, policy: Policy): Action[] {
  const closing = seen.batches.flatMap(batch => closeBatch(batch, policy))
  return seen.adopting ? closing : [...closing, ...take(seen, policy)]
}

function closeBatch(batch: Seen['batches'][number], policy: Policy): Action[] {
  const resolutions = batch.deliveries.flatMap((delivery): Action[] => {
    const resolution = resolve(batch, delivery, policy)
    if (resolution === undefined) return []
    return [
      {
        kind: 'resolve',
        batchId: batch.id,
        chargedTaxId: batch.chargedTaxId,
        deliveryId: delivery.id,
        runAccession: delivery.runAccession,
        resolution,
      },
    ]
  })
  // Settled only when this pass finds nothing left in it: the next one sees what was resolved now.
  if (batch.deliveries.length === 0 && (batch.state === 'finished' || batch.state === 'queued')) {
    return [{ kind: 'settle', batchId: batch.id, seen: batch.state }]
  }
  return resolutions
}

function resolve(batch: Seen['batches'][number], delivery: Batched, policy: Policy): Resolution | undefined {
  // A manifest was heard of: it is proved by `collect`, or a person decides. Only a cancelled batch gives it up.
  if (delivery.proved || (delivery.outcome === 'done' && batch.state !== 'cancelled')) return undefined
  if (delivery.outcome === 'failed') return resolveUnfinished(delivery, limitsFrom(policy))
  return resolveUntold(batch, delivery, policy)
}

/** Nothing was heard of its run, or its results were given up with the batch. */
function resolveUntold(batch: Seen['batches'][number], delivery: Batched, policy: Policy): Resolution | undefined {
  switch (batch.state) {
    case 'assigned':
    case 'started':
      return undefined
    case 'queued':
      return resolveQueued(batch, delivery, policy)
    case 'finished':
      return resolveUnfinished({ ...delivery, ...unmentioned }, limitsFrom(policy))
    case 'cancelled':
      return { event: 'putBack', strikes: delivery.strikes, alone: delivery.alone, memoryStep: delivery.memoryStep, detail: '' }
    case 'failed':
    case 'settled':
      return sunk(delivery, policy)
  }
}

const unmentioned = { reason: 'WORK_LOST', detail: 'the agent closed without a word on it', cure: 'retry' } as const

function limitsFrom(policy: Policy): { memorySizes: number; maxStrikes: number } {
  return { memorySizes: policy.memorySizesGb.length, maxStrikes: policy.maxStrikes }
}

// Its strikes were counted when the attempt sank.
function sunk(delivery: Batched, policy: Policy): Resolution {
  const detail = `${delivery.strikes} sunk attempts`
  if (delivery.superseded) return { event: 'drop', reason: 'RUN_SUPERSEDED', detail }
  if (delivery.strikes >= policy.maxStrikes) return { event: 'fail', reason: 'WORK_LOST', detail, strikes: delivery.strikes }
  return {
    event: 'putBack',
    strikes: delivery.strikes,
    alone: delivery.strikes >= policy.maxStrikes - 1,
    memoryStep: delivery.memoryStep,
    detail,
  }
}

function resolveQueued(batch: Seen['batches'][number], delivery: Batched, policy: Policy): Resolution | undefined {
  if (delivery.superseded || delivery.strikes >= policy.maxStrikes) return sunk(delivery, policy)
  // A suspect is tried apart from the others.
  const isSuspect = delivery.strikes >= policy.maxStrikes - 1 && batch.deliveries.length > 1
  return isSuspect ? sunk(delivery, policy) : undefined
}

function take(seen: Seen, policy: Policy): Action[] {
  const room = new Map(
    [...seen.taxa].map(([taxId, taxon]) => [taxId, taxon.openRuns === 0 ? Infinity : taxon.openRuns - taxon.batched]),
  )
  const deliverables = seen.wanted.flatMap((wanted): Deliverable[] => {
    const chargedTaxId = chargeTo(wanted, room)
    if (chargedTaxId === undefined) return []
    room.set(chargedTaxId, (room.get(chargedTaxId) ?? 0) - 1)
    return [toDeliverable(wanted, chargedTaxId, seen, policy)]
  })
  return packDeliveries(deliverables, taxId => limitsOf(seen, taxId, policy)).map(pack => ({
    kind: 'take',
    recipe: pack[0].recipe,
    keep: pack[0].keep,
    chargedTaxId: pack[0].chargedTaxId,
    memoryGb: pack[0].memoryGb,
    deliveries: pack,
  }))
}

/** The taxon it is charged to already, if that one is active and has room; else the first active one that has. */
function chargeTo(wanted: Wanted, room: ReadonlyMap<number, number>): number | undefined {
  const hasRoom = (taxId: number) => (room.get(taxId) ?? 0) >= 1
  const charged = wanted.chargedTaxId
  if (charged !== undefined && wanted.activeTaxIds.includes(charged) && hasRoom(charged)) return charged
  return wanted.activeTaxIds.find(hasRoom)
}

function toDeliverable(wanted: Wanted, chargedTaxId: number, seen: Seen, policy: Policy): Deliverable {
  const keeps = new Set(wanted.activeTaxIds.map(taxId => seen.taxa.get(taxId)?.keep ?? 'both'))
  const step = Math.min(wanted.memoryStep, policy.memorySizesGb.length - 1)
  return {
    id: wanted.id,
    bytes: wanted.bytes,
    bases: wanted.bases,
    memoryGb: policy.memorySizesGb[step] ?? 8,
    alone: wanted.alone,
    chargedTaxId,
    recipe: wanted.recipe,
    // Taxa that share it and keep different things: both are kept.
    keep: keeps.size === 1 ? ([...keeps][0] ?? 'both') : 'both',
  }
}

function limitsOf(seen: Seen, taxId: number, policy: Policy): { runs: number; bytes: number } {
  const taxon = seen.taxa.get(taxId)
  return {
    runs: taxon !== undefined && taxon.batchRuns > 0 ? taxon.batchRuns : policy.batchRuns,
    bytes: taxon !== undefined && taxon.batchBytes > 0 ? taxon.batchBytes : policy.batchBytes,
  }
}
