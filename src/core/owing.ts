import type { DeliveryState } from './delivery-state.ts'
import type { ReasonCode } from './reason.ts'

/** What a taxon asks of the runs it accepts. */
export interface Asking {
  /** False once it was removed: then it asks nothing. */
  isTracked: boolean
  /** Neither paused nor in need of attention: its wishes are worked on. */
  isActive: boolean
  priority: number
  recipe: string
  /** Identities of results of this recipe that lack some of what the taxon keeps. */
  lacking: readonly string[]
}

/** What one taxon says of a run. */
export interface Wish {
  taxId: number
  verdict: 'unjudged' | 'accepted' | 'rejected' | 'waiting'
  /** A person asked to skip it. */
  isSkipped: boolean
  /** The delivery that met the wish, or is to meet it. */
  deliveryId: string | null
  asking: Asking
}

/** A run as owing sees it: `revision` names its files, null while it has none. */
export interface OwedRun {
  revision: string | null
  isWithdrawn: boolean
}

/** One of the run's deliveries. */
export interface KnownDelivery {
  id: string
  /** Empty for a holding whose files nobody described. */
  revision: string
  recipe: string
  identity: string | null
  state: DeliveryState
  chargedTaxId: number | null
  reason: string | null
}

/** What is to be written so that exactly what is owed stands there. */
export type OwedAction =
  | { kind: 'drop'; id: string; seen: 'wanted' | 'failed' | 'batched'; reason: ReasonCode; detail: string }
  | { kind: 'new'; id: string; revision: string; recipe: string; chargedTaxId: number }
  | { kind: 'revive'; id: string; chargedTaxId: number }
  | { kind: 'charge'; id: string; chargedTaxId: number }
  /** A holding without a revision is taken to be of the first files that were seen. */
  | { kind: 'describe'; id: string; revision: string }

/** Actions in the order in which they are to be done, and the delivery of each taxon's wish where that changed: null while it has to wait. */
export interface Owed {
  actions: OwedAction[]
  pointers: { taxId: number; deliveryId: string | null }[]
}

/**
 * What is owed for one run: its revision by the recipe of every tracked taxon that accepts it and no person skipped.
 * Done once it is the same as done twice: after its actions it asks for none.
 */
export function oweRun(run: OwedRun, wishes: readonly Wish[], deliveries: readonly KnownDelivery[], newId: () => string): Owed {
  const owed = oweOnce(run, wishes, deliveries, newId)
  // A skip may end work that stood in another taxon's way.
  const ended = new Set(owed.actions.flatMap(action => (action.kind === 'drop' && action.seen === 'batched' ? [action.id] : [])))
  if (ended.size === 0) return owed
  const left = deliveries.map((one): KnownDelivery => (ended.has(one.id) ? { ...one, state: 'dropped' } : one))
  const then = oweOnce(run, wishes, left, newId)
  return { actions: [...owed.actions.filter(action => ended.has(action.id)), ...then.actions], pointers: then.pointers }
}

function oweOnce(run: OwedRun, wishes: readonly Wish[], deliveries: readonly KnownDelivery[], newId: () => string): Owed {
  const wants = run.revision === null ? [] : wishes.filter(isWant)
  const met = meetAll(run.revision ?? '', wants, deliveries, newId)
  const kept = new Set(met.map(({ target }) => target.id))
  const pointers = pointersOf(met, wants, deliveries)
  const around = { run, wishes, met, pointers }
  const drops = deliveries.flatMap(delivery => (kept.has(delivery.id) ? [] : dropOf(delivery, around)))
  return { actions: [...drops, ...targetsOf(met).flatMap(target => actionsOn(target, met, run.revision ?? ''))], pointers }
}

function pointersOf(met: readonly Met[], wants: readonly Wish[], deliveries: readonly KnownDelivery[]): Owed['pointers'] {
  const isMet = new Set(met.map(({ want }) => want.taxId))
  const waiting = wants.filter(want => !isMet.has(want.taxId) && outgrows(want, deliveries))
  return [
    ...met.flatMap(({ want, target }) => (want.deliveryId === target.id ? [] : [{ taxId: want.taxId, deliveryId: target.id }])),
    ...waiting.map(({ taxId }) => ({ taxId, deliveryId: null })),
  ]
}

/**
 * It asks for more by now than what is under way for it keeps. It lets go of that one: what comes home would satisfy it otherwise, as
 * whatever a taxon has got does.
 */
function outgrows(want: Wish, deliveries: readonly KnownDelivery[]): boolean {
  return deliveries.some(
    one => one.id === want.deliveryId && one.state === 'batched' && isOfRecipe(one, want) && !isEnough(one, want),
  )
}

function isOfRecipe(delivery: KnownDelivery, { asking }: Wish): boolean {
  return delivery.recipe === asking.recipe
}

function isEnough(delivery: KnownDelivery, { asking }: Wish): boolean {
  return !asking.lacking.includes(delivery.identity ?? '')
}

function isWant(wish: Wish): boolean {
  return wish.asking.isTracked && wish.verdict === 'accepted' && !wish.isSkipped
}

/** What meets a wish: a delivery that stands there, or one to be made. */
interface Target {
  id: string
  recipe: string
  known: KnownDelivery | undefined
}

interface Met {
  want: Wish
  target: Target
}

function meetAll(revision: string, wants: readonly Wish[], deliveries: readonly KnownDelivery[], newId: () => string): Met[] {
  const made = new Map<string, Target>()
  return wants.flatMap(want => {
    const { recipe } = want.asking
    const known = atHome(want, revision, deliveries) ?? onTheWay(want, revision, deliveries)
    if (known !== undefined) return [{ want, target: { id: known.id, recipe: known.recipe, known } }]
    // One that keeps too little is under way by the same recipe: ours is owed once that is closed.
    if (deliveries.some(one => one.state === 'batched' && one.recipe === recipe)) return []
    const dropped = deliveries.findLast(one => one.state === 'dropped' && one.revision === revision && one.recipe === recipe)
    const target = made.get(recipe) ?? { id: dropped?.id ?? newId(), recipe, known: dropped }
    made.set(recipe, target)
    return [{ want, target }]
  })
}

function atHome(want: Wish, revision: string, deliveries: readonly KnownDelivery[]): KnownDelivery | undefined {
  // A taxon that has got the run is content, whatever its recipe is by now.
  const got = deliveries.find(one => one.id === want.deliveryId && one.state === 'delivered' && one.revision === revision)
  return got ?? deliveries.find(one => one.state === 'held' && (one.revision === '' || one.revision === revision))
}

/** The best of the taxon's recipe: what it points at goes first, as a person may have asked for a run at home to be done again. */
function onTheWay(want: Wish, revision: string, deliveries: readonly KnownDelivery[]): KnownDelivery | undefined {
  const ofRecipe = deliveries.filter(one => isOfRecipe(one, want))
  const ofRevision = ofRecipe.filter(one => one.revision === revision)
  // What is wanted is batched with all that the taxa keep which point at it by then.
  const isOpen = (one: KnownDelivery) => one.state === 'wanted' || (one.state === 'batched' && isEnough(one, want))
  return (
    ofRevision.find(one => one.id === want.deliveryId && (isOpen(one) || one.state === 'failed')) ??
    ofRevision.find(one => one.state === 'delivered' && isEnough(one, want)) ??
    ofRevision.find(isOpen) ??
    ofRevision.find(one => one.state === 'failed' && !ofRevision.some(({ state }) => state === 'batched')) ??
    // Its files changed while it was under way: that is delivered first, and the new files are owed once it is closed.
    ofRecipe.find(one => one.state === 'batched' && one.revision !== revision && isEnough(one, want))
  )
}

function targetsOf(met: readonly Met[]): Target[] {
  return [...new Map(met.map(({ target }) => [target.id, target])).values()]
}

function actionsOn(target: Target, met: readonly Met[], revision: string): OwedAction[] {
  const { id, known } = target
  if (known?.state === 'held') return known.revision === '' ? [{ kind: 'describe', id, revision }] : []
  const wants = met.filter(one => one.target.id === id).map(({ want }) => want)
  if (known === undefined) return [{ kind: 'new', id, revision, recipe: target.recipe, chargedTaxId: chargeOf(wants) }]
  if (known.state === 'dropped') return [{ kind: 'revive', id, chargedTaxId: chargeOf(wants) }]
  if (known.state !== 'wanted') return []
  const charged = wants.find(want => want.taxId === known.chargedTaxId)
  const stays = charged !== undefined && (charged.asking.isActive || wants.every(want => !want.asking.isActive))
  return stays ? [] : [{ kind: 'charge', id, chargedTaxId: chargeOf(wants) }]
}

/** One of the taxa that share it: an active one, of the highest priority, with the lowest tax id. */
function chargeOf(wants: readonly Wish[]): number {
  const order = (a: Wish, b: Wish) =>
    Number(b.asking.isActive) - Number(a.asking.isActive) || b.asking.priority - a.asking.priority || a.taxId - b.taxId
  return [...wants].sort(order)[0]?.taxId ?? 0
}

interface Around {
  run: OwedRun
  wishes: readonly Wish[]
  met: readonly Met[]
  /** Wishes that point elsewhere from now on. */
  pointers: Owed['pointers']
}

/** The drop of a delivery that meets nobody's wish. What has started is only dropped by a person's skip. */
function dropOf(delivery: KnownDelivery, around: Around): OwedAction[] {
  const { id, state: seen } = delivery
  if (seen !== 'wanted' && seen !== 'failed' && seen !== 'batched') return []
  const tracked = around.wishes.filter(wish => wish.asking.isTracked)
  const isSkipped = isSkippedBy(around, delivery)
  if (seen === 'batched') return isSkipped ? [{ kind: 'drop', id, seen, reason: 'USER_SKIP', detail: '' }] : []
  if (mayStillBeWanted(delivery, tracked, around)) return []
  const detail = seen === 'failed' ? `it had failed: ${delivery.reason ?? ''}` : ''
  return [{ kind: 'drop', id, seen, reason: isSkipped ? 'USER_SKIP' : whyDropped(delivery, around), detail }]
}

/**
 * What was begun for a taxon that is removed by now is skipped too when nobody else waits for it: it is not brought home. So is what was
 * begun at the charge of a taxon that asks for something else since, and that nobody points at.
 */
function isSkippedBy({ wishes, pointers }: Around, { id, state, recipe, chargedTaxId }: KnownDelivery): boolean {
  const isTheirs = (wish: Wish) => wish.deliveryId === id && pointers.every(({ taxId }) => taxId !== wish.taxId)
  if (wishes.some(wish => wish.asking.isTracked && wish.isSkipped && (isTheirs(wish) || wish.asking.recipe === recipe)))
    return true
  if (state !== 'batched') return false
  const theirs = wishes.filter(isTheirs)
  const owners = theirs.length > 0 ? theirs : wishes.filter(({ taxId }) => taxId === chargedTaxId)
  return owners.length > 0 && owners.every(wish => wish.isSkipped)
}

function mayStillBeWanted(delivery: KnownDelivery, tracked: readonly Wish[], { run, met }: Around): boolean {
  const isOfNow = delivery.revision === run.revision
  // It failed, and a taxon got the run in another way: the failure stays to be seen.
  if (delivery.state === 'failed' && isOfNow && met.some(({ want }) => want.asking.recipe === delivery.recipe)) return true
  // A taxon that has not judged the run yet may want it: that is decided when it has.
  const isUnknown = tracked.some(wish => wish.verdict === 'unjudged') && !run.isWithdrawn
  return isUnknown && (isOfNow || met.length === 0)
}

function whyDropped(delivery: KnownDelivery, { run, wishes, met }: Around): ReasonCode {
  if (run.isWithdrawn) return 'RUN_WITHDRAWN'
  if (met.some(({ target }) => target.known?.state === 'held')) return 'RUN_HELD'
  if (met.length > 0 && delivery.revision !== run.revision) return 'RUN_SUPERSEDED'
  const owners = wishes.filter(wish => wish.deliveryId === delivery.id)
  const whose = owners.length > 0 ? owners : wishes
  if (whose.some(isWant)) return 'RECIPE_CHANGED'
  return whose.length > 0 && whose.every(wish => !wish.asking.isTracked) ? 'TAXON_REMOVED' : 'RUN_EXCLUDED'
}
