import type { BatchState } from '../../../core/batch-state.ts'
import { isLapsed } from '../../../core/lease.ts'
import type { Policy } from '../../../core/policy.ts'
import type { WorkerState } from '../../../core/worker-state.ts'

/** A machine of our tag, as the provider lists it. */
export interface Listed {
  id: string
  name: string
  attemptId: string | undefined
  keep: boolean
}

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
}

/** What `look` saw. */
export interface Seen {
  listed: Listed[]
  workers: Owned[]
  strays: { machineId: string; sightings: number }[]
  /** Attempts that have a folder outside the ledger. */
  attemptFolders: string[]
  graceUntilMs: number
  /** After a restore: machines nobody knows are adopted, not swept. */
  adopting: boolean
  /** A restored ledger sweeps nothing until a person agrees. */
  onlyReports: boolean
  /** Machines that a person was already told of. */
  reported: string[]
}

export type Action =
  | { kind: 'note-stray'; machine: Listed }
  | { kind: 'forget-stray'; machineId: string }
  | { kind: 'destroy-stray'; machine: Listed }
  | { kind: 'report-stray'; machine: Listed; why: string }
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

/** Sightings before anything is done: one odd answer of the provider ends nothing. */
const sightingsNeeded = 2

/** The provider's list against the ledger: machines that nobody owns, and owned ones that are not there. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const byAttempt = new Map(seen.workers.map(worker => [worker.attemptId, worker]))
  const inGrace = now.getTime() < seen.graceUntilMs
  const listedIds = new Set(seen.listed.map(machine => machine.id))
  const goneStrays = seen.strays.filter(stray => !listedIds.has(stray.machineId))
  const actions: Action[] = [
    ...goneStrays.map((stray): Action => ({ kind: 'forget-stray', machineId: stray.machineId })),
    ...seen.listed.flatMap(machine => sweepMachine(machine, byAttempt.get(machine.attemptId ?? ''), seen, inGrace)),
    ...seen.workers.flatMap(worker => sweepWorker(worker, seen, inGrace, policy, now.getTime())),
  ]
  for (const attemptId of seen.attemptFolders) {
    const isListed = seen.listed.some(machine => machine.attemptId === attemptId)
    if (!isListed && byAttempt.get(attemptId)?.workerState === 'destroyed') actions.push({ kind: 'forget-attempt', attemptId })
  }
  const adoptsMore = actions.some(action => action.kind === 'adopt')
  return seen.adopting && !inGrace && !adoptsMore ? [...actions, { kind: 'end-adopting' }] : actions
}

function sweepMachine(machine: Listed, worker: Owned | undefined, seen: Seen, inGrace: boolean): Action[] {
  const sightings = seen.strays.find(stray => stray.machineId === machine.id)?.sightings ?? 0
  if (worker === undefined) return sweepUntagged(machine, sightings, seen, inGrace)
  if (isItsOwner(worker, machine)) {
    const known: Action[] = sightings > 0 ? [{ kind: 'forget-stray', machineId: machine.id }] : []
    return worker.workerState === 'destroyed' ? [...known, reappear(worker, machine)] : known
  }
  // A ghost of an attempt that was closed as never born: its worker takes it back, so that its seconds are counted.
  const isGhost = worker.workerState === 'destroyed' && worker.machineId === undefined
  return isGhost ? [reappear(worker, machine)] : sweepStray(machine, sightings, seen, inGrace)
}

/** Its tag leads to no worker. */
function sweepUntagged(machine: Listed, sightings: number, seen: Seen, inGrace: boolean): Action[] {
  if (seen.workers.some(worker => isNamesake(worker, machine))) return report(machine, sightings, namesakeWhy)
  return adopt(machine, seen) ?? sweepStray(machine, sightings, seen, inGrace)
}

function adopt(machine: Listed, seen: Seen): Action[] | undefined {
  const { attemptId } = machine
  if (!seen.adopting || attemptId === undefined || seen.reported.includes(machine.id)) return undefined
  return [{ kind: 'adopt', machine, attemptId }]
}

function isItsOwner(worker: Owned, machine: Listed): boolean {
  return worker.machineId === machine.id || worker.workerState === 'requested'
}

/** Its folder or tag was damaged, but names are ours and given once: it is that worker's, results and all. */
function isNamesake(worker: Owned, machine: Listed): boolean {
  return machine.attemptId !== worker.attemptId && machine.name === worker.workerName && worker.workerState !== 'destroyed'
}

/** Told once; a later round notices when it is gone, or has its tag again. */
function report(machine: Listed, sightings: number, why: string): Action[] {
  if (sightings > 0) return []
  return [
    { kind: 'report-stray', machine, why },
    { kind: 'note-stray', machine },
  ]
}

function reappear({ workerName, chargedTaxId }: Owned, machine: Listed): Action {
  return { kind: 'reappear', workerName, machineId: machine.id, chargedTaxId }
}

function sweepStray(machine: Listed, sightings: number, seen: Seen, inGrace: boolean): Action[] {
  if (machine.keep) return report(machine, sightings, `${strayWhy}; a person asked to keep it`)
  if (sightings < sightingsNeeded) return [{ kind: 'note-stray', machine }]
  if (seen.onlyReports) return seen.reported.includes(machine.id) ? [] : [{ kind: 'report-stray', machine, why: restoredWhy }]
  return inGrace ? [] : [{ kind: 'destroy-stray', machine }]
}

function sweepWorker(worker: Owned, seen: Seen, inGrace: boolean, policy: Policy, nowMs: number): Action[] {
  switch (worker.workerState) {
    case 'requested':
      return sweepRequested(worker, seen, policy, nowMs)
    case 'booting':
      return sweepBooting(worker, seen, inGrace, policy, nowMs)
    case 'working':
      return sweepMade(worker, seen, inGrace, 'vanish')
    case 'destroying':
      return worker.held ? sweepMade(worker, seen, inGrace, 'results-lost') : []
    case 'destroyed':
      return []
  }
}

function sweepRequested(worker: Owned, seen: Seen, policy: Policy, nowMs: number): Action[] {
  const isListed = seen.listed.some(machine => machine.attemptId === worker.attemptId || isNamesake(worker, machine))
  const isOver = isLapsed(Math.max(worker.requestedAtMs, seen.graceUntilMs), policy.listLagSeconds, nowMs)
  return !isListed && isOver ? [{ kind: 'never-born', worker }] : []
}

// Just made: the list may lag behind, so that only its being there says something.
function sweepBooting(worker: Owned, seen: Seen, inGrace: boolean, policy: Policy, nowMs: number): Action[] {
  const isListed = seen.listed.some(machine => machine.id === worker.machineId)
  const isOver = isLapsed(worker.changedAtMs, policy.listLagSeconds, nowMs)
  return isListed || isOver ? sweepMade(worker, seen, inGrace, 'vanish') : []
}

/** A worker whose machine was bound to it: is the machine still there? */
function sweepMade(worker: Owned, seen: Seen, inGrace: boolean, ending: 'vanish' | 'results-lost'): Action[] {
  const { machineId, workerName, missingSightings } = worker
  if (machineId === undefined) return []
  if (seen.listed.some(machine => machine.id === machineId || isNamesake(worker, machine))) {
    return missingSightings > 0 ? [{ kind: 'note-missing', workerName, sightings: 0 }] : []
  }
  if (missingSightings < sightingsNeeded - 1) return [{ kind: 'note-missing', workerName, sightings: missingSightings + 1 }]
  return inGrace ? [] : [{ kind: ending, worker, machineId }]
}
