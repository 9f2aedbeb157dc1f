import { waitAfter } from '../../../core/backoff.ts'
import { capReached, isSoftCapReached, setAside, type Budget, type Spend } from '../../../core/budget.ts'
import type { Price } from '../../../core/cost.ts'
import { isSame, moneyNeeds, settledNeeds, type Blocked, type MoneyNeed, type Told } from '../../../core/money-needs.ts'
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

/** A machine that could be made, and what it would cost. */
export interface Offer {
  size: string
  region: string
  memoryGb: number
  cpus: number
  diskBytes: number
  price: Price
}

/** What a batch in the queue would cost. `none`: nothing that is allowed meets its need · `unknown`: the provider cannot be asked now. */
export type Offered =
  | { kind: 'offered'; offer: Offer; /** To be set aside, in millionths of a dollar. */ reserve: number }
  | { kind: 'none' | 'unknown'; why: string }

/** What a batch in the queue would cost, and who is charged for it. */
export interface Priced {
  batchName: string
  taxId: number
  /** Some run of it was never worked on by a machine: to begin it is to begin something new. */
  isNew: boolean
  offered: Offered
}

/** An attempt whose machine is there and has used up what was set aside for it. */
export interface Exhausted {
  attemptId: string
  workerName: string
  taxId: number
  price: Price
  /** What is to be set aside anew, in millionths of a dollar. */
  microdollars: number
  /** What was used up; 0 where nothing was ever set aside: it was adopted. */
  reservedMicrodollars: number
  /** Runs on it that are not at home yet. */
  unproved: number
}

/** Where machines cost money. */
export interface Money {
  budget: Budget
  spend: Spend
  /** The cap of each taxon in the queue, in millionths of a dollar; undefined: none. */
  taxonCaps: ReadonlyMap<number, number | undefined>
  /** By batch, those at the head of the queue. */
  priced: ReadonlyMap<string, Priced>
  exhausted: Exhausted[]
}

/** What `look` saw. */
export interface Seen {
  queued: Queued[]
  /** Workers that are not destroyed. */
  live: number
  /** Workers whose finished results are not yet at home. */
  held: number
  adopting: boolean
  /** Why nothing may be created now: the library is full, the provider refused, the collector is silent. */
  obstacles: string[]
  /** A person was told that the provider has no machine for a batch. */
  toldOfShortage: boolean
  /** What a person was told of money, and still stands. */
  told: readonly Told[]
  /** Undefined where machines cost nothing. */
  money: Money | undefined
  /** Attempts are opened with these, made beforehand: the plan itself knows no chance. */
  ids: string[]
}

/** What a machine is asked for with. */
export interface Terms {
  offer: Offer
  reserve: number
  taxonCap: number | undefined
}

export type Action =
  | { kind: 'begin'; batchId: string; attemptId: string; attemptNumber: number; terms: Terms | undefined }
  /** No batch waits any more that the provider has no machine for. */
  | { kind: 'capacity-back' }
  /** Before anything is begun: a machine that is there goes on costing, whatever the caps say. */
  | { kind: 'reserve-anew'; exhausted: Exhausted }
  | { kind: 'tell'; need: MoneyNeed }
  | { kind: 'told-enough'; told: Told; resolution: string }

/** At most so many of the queue are priced in one pass. */
export const pricedAtMost = 200

/** Begins the most urgent batches while the policy and the caps leave room. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const isOver = seen.toldOfShortage && !seen.queued.some(batch => batch.isShort)
  const walk = walkQueue(seen, policy, now)
  return [
    ...(isOver ? [{ kind: 'capacity-back' as const }] : []),
    ...(seen.money?.exhausted ?? []).map(exhausted => ({ kind: 'reserve-anew' as const, exhausted })),
    ...walk.begins,
    ...tell(seen, walk.blocked),
  ]
}

function tell({ money, told }: Seen, blocked: readonly Blocked[]): Action[] {
  const needs = moneyNeeds({ budget: money?.budget, spend: money?.spend, blocked })
  return [
    ...needs.filter(need => !told.some(one => isSame(one, need))).map((need): Action => ({ kind: 'tell', need })),
    ...settledNeeds(told, needs).map((settled): Action => ({ kind: 'told-enough', ...settled })),
  ]
}

/** The queue as it is served: batches with something left in them, the most urgent first. */
export function inOrder(queued: readonly Queued[]): Queued[] {
  return queued
    .filter(batch => batch.deliveries > 0)
    .sort((a, b) => b.priority - a.priority || a.queuedAtMs - b.queuedAtMs || (a.batchId < b.batchId ? -1 : 1))
}

interface Walk {
  begins: Action[]
  blocked: Blocked[]
}

/** Goes through the queue once: what begins, and what stands in the way of the rest. */
function walkQueue(seen: Seen, policy: Policy, now: Date): Walk {
  const room = roomFor(seen, policy)
  let budget = budgetAfterRenewals(seen.money)
  const isSoft = seen.money !== undefined && isSoftCapReached(seen.money.budget, seen.money.spend)
  const walk: Walk = { begins: [], blocked: [] }
  for (const batch of inOrder(seen.queued)) {
    const answer = mayBegin(batch, seen.money, budget, isSoft)
    if (answer.kind === 'blocked') walk.blocked.push(answer.blocked)
    if (answer.kind === 'blocked' && keepsItsTurn(answer.blocked)) break
    if (answer.kind !== 'go' || walk.begins.length >= room || !isRipe(batch, policy, now)) continue
    walk.begins.push({
      kind: 'begin',
      batchId: batch.batchId,
      attemptId: seen.ids[walk.begins.length] ?? '',
      attemptNumber: batch.attemptsMade + 1,
      terms: answer.terms,
    })
    budget = answer.budget
  }
  return walk
}

function roomFor({ adopting, obstacles, held, live, ids }: Seen, policy: Policy): number {
  if (adopting || obstacles.length > 0 || held >= policy.maxHeld) return 0
  return Math.min(Math.max(0, policy.maxWorkers - live), ids.length)
}

/** The most urgent batch does not wait for ever while smaller ones take what is left of the month. */
function keepsItsTurn(blocked: Blocked): boolean {
  return blocked.kind === 'cap' && blocked.reached.cap === 'month'
}

function budgetAfterRenewals(money: Money | undefined): Budget | undefined {
  return money?.exhausted.reduce((budget, wish) => setAside(budget, wish), money.budget)
}

type Answer =
  { kind: 'go'; terms: Terms | undefined; budget: Budget | undefined } | { kind: 'wait' } | { kind: 'blocked'; blocked: Blocked }

/** Whether there is money and a size for it; room and time are another matter. */
function mayBegin({ batchId }: Queued, money: Money | undefined, budget: Budget | undefined, isSoft: boolean): Answer {
  if (money === undefined || budget === undefined) return { kind: 'go', terms: undefined, budget }
  const priced = money.priced.get(batchId)
  if (priced === undefined || priced.offered.kind === 'unknown' || (isSoft && priced.isNew)) return { kind: 'wait' }
  const { batchName, taxId, offered } = priced
  if (offered.kind !== 'offered') return { kind: 'blocked', blocked: { kind: 'no-size', batchName, why: offered.why } }
  const { offer, reserve } = offered
  const wish = { taxId, microdollars: reserve }
  const taxonCap = money.taxonCaps.get(taxId)
  const reached = capReached(budget, wish, money.spend, taxonCap)
  if (reached !== undefined) return { kind: 'blocked', blocked: { kind: 'cap', batchName, reached, size: offer.size } }
  return { kind: 'go', terms: { offer, reserve, taxonCap }, budget: setAside(budget, wish) }
}

// A batch that came back waits, longer each time: a provider that is full or a machine that dies at once is not asked all the time.
function isRipe(batch: Queued, policy: Policy, now: Date): boolean {
  if (batch.isAskedAgain) return true
  const waitSeconds = waitAfter(batch.attemptsMade, policy.retrySeconds, 3600)
  return now.getTime() >= batch.queuedAtMs + waitSeconds * 1000
}
