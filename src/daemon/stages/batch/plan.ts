import { diskPerByte, packDeliveries, type Deliverable, type PackLimits } from '../../../core/packing.ts'
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
  /** No tracked taxon accepts it any more, or asks for more than it was batched with. */
  unwanted: boolean
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
  batches: {
    id: string
    state: BatchState
    recipe: string
    memoryGb: number
    chargedTaxId: number
    /** To fetch, as it was packed. */
    bytes: number
    /** The provider had no machine for it several times in a row. */
    isShort: boolean
    deliveries: Batched[]
  }[]
  wanted: Wanted[]
  /** Every tracked taxon. */
  taxa: ReadonlyMap<number, TaxonSeen>
  /** Names of the recipes that the settings have. */
  recipes: ReadonlySet<string>
  /** Taxa of which a person was told that their recipe is missing. */
  toldOfRecipe: readonly number[]
  /** Bytes of disk that all workers together may still fill, where that is known. */
  freeDiskBytes: number | undefined
  /** Of each worker that is not destroyed, the bytes that its batch was packed with. */
  liveBytes: readonly number[]
  /** After a restore, until machines are adopted: nothing is batched. */
  adopting: boolean
}

/** A tracked taxon: how many of its charge are being worked on, its own caps (0: none), and what it asks for. */
export interface TaxonSeen {
  batched: number
  openRuns: number
  batchRuns: number
  batchBytes: number
  recipe: string
  keep: string
}

/** How many more a taxon may have under way. */
export function roomOf({ batched, openRuns }: Pick<TaxonSeen, 'batched' | 'openRuns'>): number {
  return openRuns === 0 ? Infinity : openRuns - batched
}

/** A wanted delivery and the taxa that accept it. */
export interface Wanted {
  id: string
  recipe: string
  bytes: number
  bases: number | undefined
  alone: boolean
  memoryStep: number
  chargedTaxId: number | undefined
  /** Those that are neither paused nor in need of attention: one of them pays for it. */
  activeTaxIds: number[]
  /** All that are tracked: what each of them keeps is kept. */
  taxIds: number[]
}

export type Action =
  | { kind: 'settle'; batchId: string; seen: 'finished' | 'queued' }
  | { kind: 'resolve'; batchId: string; chargedTaxId: number; deliveryId: string; runAccession: string; resolution: Resolution }
  | { kind: 'recipe-missing'; taxId: number; recipe: string }
  | { kind: 'recipe-back'; taxId: number }
  | { kind: 'take'; recipe: string; keep: string; chargedTaxId: number; memoryGb: number; deliveries: Deliverable[] }

/** Closes what is done, puts back or fails what sank, and packs what is wanted. */
export function plan(seen: Seen, policy: Policy): Action[] {
  // A restored ledger does not know yet which machines work on its batches.
  if (seen.adopting) return tellOfRecipes(seen)
  return [...seen.batches.flatMap(batch => closeBatch(batch, seen, policy)), ...tellOfRecipes(seen), ...take(seen, policy)]
}

/** A taxon whose recipe is gone from the settings needs a person, and none any more when it is back or another one is set. */
function tellOfRecipes({ taxa, recipes, toldOfRecipe }: Seen): Action[] {
  const isMissing = (recipe: string | undefined) => recipe !== undefined && !recipes.has(recipe)
  const missing = [...taxa].filter(([taxId, { recipe }]) => isMissing(recipe) && !toldOfRecipe.includes(taxId))
  return [
    ...missing.map(([taxId, { recipe }]): Action => ({ kind: 'recipe-missing', taxId, recipe })),
    ...toldOfRecipe.filter(taxId => !isMissing(taxa.get(taxId)?.recipe)).map((taxId): Action => ({ kind: 'recipe-back', taxId })),
  ]
}

function closeBatch(batch: Seen['batches'][number], seen: Seen, policy: Policy): Action[] {
  const resolutions = batch.deliveries.flatMap((delivery): Action[] => {
    const resolution = resolve(batch, delivery, seen, policy)
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

function resolve(batch: Seen['batches'][number], delivery: Batched, seen: Seen, policy: Policy): Resolution | undefined {
  // A manifest was heard of: it is proved by `collect`, or a person decides. Only a cancelled batch gives it up.
  if (delivery.proved || (delivery.outcome === 'done' && batch.state !== 'cancelled')) return undefined
  if (delivery.outcome === 'failed') return resolveUnfinished(delivery, limitsFrom(policy))
  return resolveUntold(batch, delivery, seen, policy)
}

/** Nothing was heard of its run, or its results were given up with the batch. */
function resolveUntold(batch: Seen['batches'][number], delivery: Batched, seen: Seen, policy: Policy): Resolution | undefined {
  switch (batch.state) {
    case 'assigned':
    case 'started':
      return undefined
    case 'queued':
      return resolveQueued(batch, delivery, seen, policy)
    case 'finished':
      return resolveUnfinished({ ...delivery, ...unmentioned }, limitsFrom(policy))
    case 'cancelled':
      return putBackAsIs(delivery, '')
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

function putBackAsIs({ strikes, alone, memoryStep }: Batched, detail: string): Resolution {
  return { event: 'putBack', strikes, alone, memoryStep, detail }
}

function resolveQueued(batch: Seen['batches'][number], delivery: Batched, seen: Seen, policy: Policy): Resolution | undefined {
  if (delivery.superseded || delivery.strikes >= policy.maxStrikes) return sunk(delivery, policy)
  // Nothing has begun: the judging that follows drops it, or it is packed anew with what is asked for now.
  if (delivery.unwanted) return putBackAsIs(delivery, 'no taxon asks for it as it was batched')
  if (!seen.recipes.has(batch.recipe)) return putBackAsIs(delivery, `the settings have no recipe "${batch.recipe}" any more`)
  if (isTooLarge(batch, seen)) return putBackAsIs(delivery, 'the disk has no room for a batch of this size')
  // A suspect is tried apart from the others.
  const isSuspect = delivery.strikes >= policy.maxStrikes - 1 && batch.deliveries.length > 1
  return isSuspect ? sunk(delivery, policy) : undefined
}

/** It waits and waits for a machine, and the disk does not hold it even with nobody else on it: packed anew it gets smaller. */
function isTooLarge(batch: Seen['batches'][number], { freeDiskBytes = Infinity, liveBytes }: Seen): boolean {
  return batch.isShort && batch.deliveries.length > 1 && liveBytes.length === 0 && batch.bytes * diskPerByte > freeDiskBytes
}

function take(seen: Seen, policy: Policy): Action[] {
  const room = new Map([...seen.taxa].map(([taxId, taxon]) => [taxId, roomOf(taxon)]))
  const deliverables = seen.wanted.flatMap((wanted): Deliverable[] => {
    if (!seen.recipes.has(wanted.recipe)) return []
    const chargedTaxId = chargeTo(wanted, room)
    if (chargedTaxId === undefined || isDiskTaken(seen, chargedTaxId, policy)) return []
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
  const keeps = new Set(wanted.taxIds.map(taxId => seen.taxa.get(taxId)?.keep ?? 'both'))
  const step = Math.min(wanted.memoryStep, policy.memorySizesGb.length - 1)
  return {
    id: wanted.id,
    bytes: wanted.bytes,
    bases: wanted.bases,
    memoryGb: policy.memorySizesGb[step] ?? 8,
    alone: wanted.alone,
    chargedTaxId,
    recipe: wanted.recipe,
    // Taxa that share it, held back or not, and keep different things: both are kept.
    keep: keeps.size === 1 ? ([...keeps][0] ?? 'both') : 'both',
  }
}

function limitsOf(seen: Seen, taxId: number, policy: Policy): PackLimits {
  const taxon = seen.taxa.get(taxId)
  return {
    runs: taxon !== undefined && taxon.batchRuns > 0 ? taxon.batchRuns : policy.batchRuns,
    bytes: Math.min(usualBytes(seen, taxId, policy), fittingBytes(seen, policy)),
  }
}

function usualBytes(seen: Seen, taxId: number, policy: Policy): number {
  const taxon = seen.taxa.get(taxId)
  return taxon !== undefined && taxon.batchBytes > 0 ? taxon.batchBytes : policy.batchBytes
}

/**
 * As many workers as are allowed fit on the disk together. What those that are alive fill comes free again: it counts as free, by what was
 * reserved for them. A run that is larger than that goes alone, and waits until it fits.
 */
function fittingBytes({ freeDiskBytes = Infinity, liveBytes }: Seen, policy: Policy): number {
  const reserved = liveBytes.reduce((sum, bytes) => sum + bytes * diskPerByte, 0)
  return (freeDiskBytes + reserved) / diskPerByte / Math.max(1, policy.maxWorkers)
}

/**
 * Workers are alive, and the disk is so full that batches would be less than half of what is usual, and of what these work on: nothing is
 * packed until some of it comes free, as what is packed once stays as it is.
 */
function isDiskTaken(seen: Seen, taxId: number, policy: Policy): boolean {
  if (seen.liveBytes.length === 0) return false
  return fittingBytes(seen, policy) < Math.min(usualBytes(seen, taxId, policy), ...seen.liveBytes) / 2
}
