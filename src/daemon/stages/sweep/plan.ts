import type { BatchState } from '../../../core/batch-state.ts'
import type { Price } from '../../../core/cost.ts'
import { isLapsed } from '../../../core/lease.ts'
import type { Policy } from '../../../core/policy.ts'
import type { WorkerState } from '../../../core/worker-state.ts'

/** A machine of our tag, as the provider lists it. */
export interface Listed {
  id: string
  name: string
  attemptId: string | undefined
  keep: boolean
  status: 'new' | 'active' | 'off'
  createdAtMs: number
  price: Price
}

/** A machine that nobody owned when it was last looked at. */
export interface Stray {
  machineId: string
  sightings: number
  firstSeenAtMs: number
}

/** Why a person was told of a machine. */
export type ToldCause = 'unaccounted' | 'kept' | 'will-not-go'

/** A worker, alive or (when the list still shows a machine of its attempt) destroyed. Instants are milliseconds. */
export interface Owned {
  workerName: string
  workerState: WorkerState
  attemptId: string
  attemptOpen: boolean
  machineId: string | undefined
  requestedAtMs: number
  changedAtMs: number
  missingSightings: number
  batchId: string
  batchState: BatchState
  sunkAttempts: number
  chargedTaxId: number
  /** It is kept because of results that are not yet at home. */
  held: boolean
  /** Runs on it that are announced, still owed, and not yet at home. */
  unproved: number
  closingHeard: boolean
  /** Its deletion was asked for. */
  destroyAsked: boolean
}

/** What `look` saw. */
export interface Seen {
  listed: Listed[]
  workers: Owned[]
  strays: Stray[]
  /** Attempts that have a folder outside the ledger. */
  attemptFolders: string[]
  graceUntilMs: number
  /** After a restore: machines nobody knows are adopted, not swept. */
  adopting: boolean
  /** A restored ledger sweeps nothing until a person agrees. */
  onlyReports: boolean
  /** Machines that a person was already told of, and of what; what a person resolved is not told again. */
  told: { machineId: string; cause: ToldCause; isOpen: boolean }[]
  /** What lies on a machine that is off cannot be read. */
  offIsUnreadable: boolean
}

/** Whose attempt a machine carries the tag of: to them its price is charged. */
export interface Charged {
  attemptId: string
  chargedTaxId: number
}

export type Action =
  | { kind: 'note-stray'; machine: Listed; charged: Charged | undefined }
  /** `isMissing`: the list shows it no more; else it has an owner after all. */
  | { kind: 'forget-stray'; machineId: string; isMissing: boolean }
  | { kind: 'destroy-stray'; machine: Listed }
  | { kind: 'report-stray'; machine: Listed; cause: ToldCause; why: string }
  /** What a person was told of a machine is no longer so. */
  | { kind: 'settle-told'; machineId: string; cause: ToldCause; resolution: string }
  /** Nothing runs in it any more, and nothing is waited for. */
  | { kind: 'lapse-off'; worker: Owned; machineId: string }
  | { kind: 'adopt'; machine: Listed; attemptId: string }
  /** Every machine is known again: receipts are reported again, and work goes on. */
  | { kind: 'end-adopting' }
  /** Its worker is gone for good: what it left outside the ledger goes too. */
  | { kind: 'forget-attempt'; attemptId: string }
  | { kind: 'reappear'; workerName: string; machineId: string; chargedTaxId: number }
  | { kind: 'note-missing'; workerName: string; sightings: number }
  | { kind: 'vanish'; worker: Owned; machineId: string }
  /** It was kept for its results, and is gone with them. */
  | { kind: 'results-lost'; worker: Owned; machineId: string }
  | { kind: 'never-born'; worker: Owned }

const strayWhy = 'it belongs to no worker of this ledger'
const restoredWhy = `${strayWhy}; the ledger was restored, and nothing is swept until a person agrees`
const namesakeWhy =
  'it has the name of a worker that is not destroyed, but not the tag of its attempt, as if what says whose it is were damaged; it is left alone'
const foreignWhy = `${strayWhy}, and it has no name that microfetch gives: it is left alone`
const keptWhy = 'a person asked to keep it (mf-keep): it is not destroyed until the tag is taken away'
const stuckWhy = 'its deletion has been asked for again and again, and it does not go'

/** Sightings before anything is done: one odd answer of the provider ends nothing. */
const sightingsNeeded = 2
/** A create may take this long to be answered: a younger machine may still find its owner. */
const createSeconds = 60
/** A machine that has not gone after this time needs a person. */
const stuckSeconds = 900

/** The provider's list against the ledger: machines that nobody owns, and owned ones that are not there. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const nowMs = now.getTime()
  const byAttempt = new Map(seen.workers.map(worker => [worker.attemptId, worker]))
  const round = { seen, policy, nowMs, inGrace: nowMs < seen.graceUntilMs }
  const listedIds = new Set(seen.listed.map(machine => machine.id))
  const goneStrays = seen.strays.filter(stray => !listedIds.has(stray.machineId))
  const actions: Action[] = [
    ...goneStrays.map(({ machineId }): Action => ({ kind: 'forget-stray', machineId, isMissing: true })),
    ...settleTold(seen),
    ...seen.listed.flatMap(machine => sweepMachine(machine, byAttempt.get(machine.attemptId ?? ''), round)),
    ...seen.workers.flatMap(worker => sweepWorker(worker, round)),
  ]
  for (const attemptId of seen.attemptFolders) {
    const isListed = seen.listed.some(machine => machine.attemptId === attemptId)
    if (!isListed && byAttempt.get(attemptId)?.workerState === 'destroyed') actions.push({ kind: 'forget-attempt', attemptId })
  }
  const adoptsMore = actions.some(action => action.kind === 'adopt')
  return seen.adopting && !round.inGrace && !adoptsMore ? [...actions, { kind: 'end-adopting' }] : actions
}

interface Round {
  seen: Seen
  policy: Policy
  nowMs: number
  inGrace: boolean
}

function settleTold({ told, listed }: Seen): Action[] {
  return told.flatMap(({ machineId, cause, isOpen }): Action[] => {
    if (!isOpen) return []
    const machine = listed.find(({ id }) => id === machineId)
    const resolution = machine === undefined ? 'the provider lists it no more' : 'the tag mf-keep was taken away'
    const isOver = cause === 'kept' ? machine?.keep !== true : cause === 'will-not-go' && machine === undefined
    return isOver ? [{ kind: 'settle-told', machineId, cause, resolution }] : []
  })
}

function sweepMachine(machine: Listed, worker: Owned | undefined, round: Round): Action[] {
  // As long as the tag is there it is told of: the destroy stage goes by it.
  const isTold = round.seen.told.some(one => one.machineId === machine.id && one.cause === 'kept' && one.isOpen)
  const kept: Action[] = machine.keep && !isTold ? [{ kind: 'report-stray', machine, cause: 'kept', why: keptWhy }] : []
  return [...kept, ...sweepSeen(machine, worker, round)]
}

function sweepSeen(machine: Listed, worker: Owned | undefined, round: Round): Action[] {
  const stray = round.seen.strays.find(({ machineId }) => machineId === machine.id)
  if (worker === undefined) return sweepUntagged(machine, stray, round)
  if (isItsOwner(worker, machine)) {
    const known: Action[] = stray === undefined ? [] : [{ kind: 'forget-stray', machineId: machine.id, isMissing: false }]
    return worker.workerState === 'destroyed' ? [...known, reappear(worker, machine)] : known
  }
  // A ghost of an attempt that was closed as never born: its worker takes it back, so that its seconds are counted.
  const isGhost = worker.workerState === 'destroyed' && worker.machineId === undefined
  const { attemptId, chargedTaxId } = worker
  return isGhost ? [reappear(worker, machine)] : sweepStray(machine, stray, { attemptId, chargedTaxId }, round)
}

/** Its tag leads to no worker. */
function sweepUntagged(machine: Listed, stray: Stray | undefined, round: Round): Action[] {
  const { seen } = round
  if (seen.workers.some(worker => isNamesake(worker, machine))) {
    const known: Action[] = stray === undefined ? [{ kind: 'note-stray', machine, charged: undefined }] : []
    return [...tell(machine, 'unaccounted', namesakeWhy, seen), ...known]
  }
  return adopt(machine, seen) ?? sweepStray(machine, stray, undefined, round)
}

function adopt(machine: Listed, seen: Seen): Action[] | undefined {
  const { attemptId } = machine
  const isReported = seen.told.some(one => one.machineId === machine.id && one.cause === 'unaccounted' && one.isOpen)
  if (!seen.adopting || attemptId === undefined || isReported) return undefined
  return [{ kind: 'adopt', machine, attemptId }]
}

function isItsOwner(worker: Owned, machine: Listed): boolean {
  return worker.machineId === machine.id || worker.workerState === 'requested'
}

/** Its folder or tag was damaged, but names are ours and given once: it is that worker's, results and all. */
function isNamesake(worker: Owned, machine: Listed): boolean {
  return machine.attemptId !== worker.attemptId && machine.name === worker.workerName && worker.workerState !== 'destroyed'
}

/** Told once, as long as it is so. */
function tell(machine: Listed, cause: ToldCause, why: string, seen: Seen): Action[] {
  return wasTold(seen, machine.id, cause) ? [] : [{ kind: 'report-stray', machine, cause, why }]
}

function wasTold({ told }: Seen, machineId: string, cause: ToldCause): boolean {
  return told.some(one => one.machineId === machineId && one.cause === cause)
}

function reappear({ workerName, chargedTaxId }: Owned, machine: Listed): Action {
  return { kind: 'reappear', workerName, machineId: machine.id, chargedTaxId }
}

function sweepStray(machine: Listed, stray: Stray | undefined, charged: Charged | undefined, round: Round): Action[] {
  const { seen, inGrace, nowMs } = round
  if (stray === undefined) return [{ kind: 'note-stray', machine, charged }]
  if (machine.keep) return []
  if (!machine.name.startsWith('mf-')) return tell(machine, 'unaccounted', foreignWhy, seen)
  if (stray.sightings < sightingsNeeded) return [{ kind: 'note-stray', machine, charged }]
  if (seen.onlyReports) return tell(machine, 'unaccounted', restoredWhy, seen)
  if (inGrace || !isRipe(machine, stray, round)) return []
  const isStuck = isLapsed(stray.firstSeenAtMs, stuckSeconds, nowMs)
  return [...(isStuck ? tell(machine, 'will-not-go', stuckWhy, seen) : []), { kind: 'destroy-stray', machine }]
}

/** Seen at two times that lie apart, and older than a machine that was just asked for; one that is off does no work that could be meant. */
function isRipe({ status, createdAtMs }: Listed, { firstSeenAtMs }: Stray, { policy, nowMs }: Round): boolean {
  if (nowMs - firstSeenAtMs < policy.periodSeconds * 1000) return false
  // Whatever the clocks say, it is at least as old as the time since it was first seen.
  const bornMs = Math.min(createdAtMs, firstSeenAtMs)
  return status === 'off' || nowMs - bornMs >= (createSeconds + policy.listLagSeconds) * 1000
}

function sweepWorker(worker: Owned, round: Round): Action[] {
  switch (worker.workerState) {
    case 'requested':
      return sweepRequested(worker, round)
    case 'booting':
      return sweepBooting(worker, round)
    case 'working':
      return sweepOff(worker, round) ?? sweepMade(worker, round, 'vanish')
    case 'destroying':
      return [...sweepStuck(worker, round), ...(worker.held ? sweepMade(worker, round, 'results-lost') : [])]
    case 'destroyed':
      return []
  }
}

function sweepRequested(worker: Owned, { seen, policy, nowMs }: Round): Action[] {
  const isListed = seen.listed.some(machine => machine.attemptId === worker.attemptId || isNamesake(worker, machine))
  const isOver = isLapsed(Math.max(worker.requestedAtMs, seen.graceUntilMs), policy.listLagSeconds, nowMs)
  return !isListed && isOver ? [{ kind: 'never-born', worker }] : []
}

// Just made: the list may lag behind, so that only its being there says something.
function sweepBooting(worker: Owned, round: Round): Action[] {
  const isListed = round.seen.listed.some(machine => machine.id === worker.machineId)
  const isOver = isLapsed(worker.changedAtMs, round.policy.listLagSeconds, round.nowMs)
  return sweepOff(worker, round) ?? (isListed || isOver ? sweepMade(worker, round, 'vanish') : [])
}

/** It is paid for while it is off. Results that were announced hold it all the same, and so does a person. */
function sweepOff(worker: Owned, { seen, inGrace }: Round): Action[] | undefined {
  const { machineId } = worker
  if (!seen.offIsUnreadable || inGrace || machineId === undefined || !isOnlyAtWork(worker)) return undefined
  const machine = seen.listed.find(({ id }) => id === machineId)
  if (machine?.status !== 'off' || machine.keep) return undefined
  // A power cycle, or a host that was healed, looks so for a moment.
  const { workerName, missingSightings } = worker
  if (missingSightings < sightingsNeeded - 1) return [{ kind: 'note-missing', workerName, sightings: missingSightings + 1 }]
  return [{ kind: 'lapse-off', worker, machineId }]
}

/** Nothing of it is waited for but what it has not done yet. */
function isOnlyAtWork({ unproved, closingHeard, attemptOpen, batchState }: Owned): boolean {
  const isAtWork = attemptOpen && (batchState === 'assigned' || batchState === 'started')
  return isAtWork && !closingHeard && unproved === 0
}

function sweepStuck(worker: Owned, { seen, nowMs }: Round): Action[] {
  const machine = seen.listed.find(({ id }) => id === worker.machineId)
  const isAsked = worker.destroyAsked && worker.unproved === 0 && isLapsed(worker.changedAtMs, stuckSeconds, nowMs)
  return machine !== undefined && isAsked && !machine.keep ? tell(machine, 'will-not-go', stuckWhy, seen) : []
}

/** A worker whose machine was bound to it: is the machine still there? */
function sweepMade(worker: Owned, { seen, inGrace }: Round, ending: 'vanish' | 'results-lost'): Action[] {
  const { machineId, workerName, missingSightings } = worker
  if (machineId === undefined) return []
  if (seen.listed.some(machine => machine.id === machineId || isNamesake(worker, machine))) {
    return missingSightings > 0 ? [{ kind: 'note-missing', workerName, sightings: 0 }] : []
  }
  if (missingSightings < sightingsNeeded - 1) return [{ kind: 'note-missing', workerName, sightings: missingSightings + 1 }]
  return inGrace ? [] : [{ kind: ending, worker, machineId }]
}
