import { costOf } from '../../core/cost.ts'
import { describeError } from '../../core/problem.ts'
import type { Deps } from '../deps.ts'
import { noteRound } from '../ledger/grace.ts'
import { recordPass } from '../ledger/passes.ts'
import { apply } from '../stages/sweep/apply.ts'
import { look } from '../stages/sweep/look.ts'
import { plan, type Action, type Listed, type Owned, type Seen } from '../stages/sweep/plan.ts'

/** One machine, or one worker whose machine is not listed, as the patrol saw it. */
export interface SweptRow {
  machineId: string | null
  name: string
  attempt: string | null
  status: string | null
  /** The worker that accounts for it. */
  worker: string | null
  workerState: string | null
  unproved: number
  ageSeconds: number | null
  microdollars: number
  keep: boolean
  verdict: string
}

/** What one pass of the patrol saw and did. */
export interface SweptOnce {
  rows: SweptRow[]
  /** Machines that no living worker accounts for. */
  unaccounted: number
  /** Whether anything was done; else only what would be. */
  applied: boolean
  failures: { action: string; why: string }[]
}

/** One pass of the sweep, told machine by machine. `isDry`: nothing is done. Throws when the provider cannot be asked. */
export async function sweepOnce(deps: Deps, { isDry }: { isDry: boolean }): Promise<SweptOnce> {
  const begunAt = deps.clock()
  const { periodSeconds, graceSeconds } = deps.policy
  // As every round: after an absence of the daemon nothing ends before its grace is over.
  if (!isDry) await noteRound(deps.ledger, begunAt, periodSeconds, graceSeconds, true)
  const seen = await look(deps)
  const actions = plan(seen, deps.policy, begunAt)
  const failures = isDry ? [] : await applyAll(actions, deps)
  if (!isDry && actions.length > 0)
    await recordPass(deps.ledger, { stage: 'sweep', planned: actions.length, failures }, begunAt, deps.clock())
  const rows = toRows(seen, actions, begunAt)
  return {
    rows,
    unaccounted: rows.filter(row => row.machineId !== null && row.worker === null).length,
    applied: !isDry,
    failures,
  }
}

async function applyAll(actions: readonly Action[], deps: Deps): Promise<{ action: string; why: string }[]> {
  const failures: { action: string; why: string }[] = []
  for (const action of actions) {
    try {
      await apply(action, deps)
    } catch (error) {
      failures.push({ action: JSON.stringify(action).slice(0, 300), why: describeError(error) })
    }
  }
  return failures
}

function toRows(seen: Seen, actions: readonly Action[], at: Date): SweptRow[] {
  const machines = seen.listed.map(machine => machineRow(machine, seen, actions, at))
  const unlisted = seen.workers.filter(
    worker => worker.workerState !== 'destroyed' && !seen.listed.some(machine => ownerOf(machine, seen) === worker),
  )
  return [...machines, ...unlisted.map(worker => workerRow(worker, actions))]
}

/** The living worker that accounts for a machine. */
export function ownerOf(machine: Listed, { workers }: Pick<Seen, 'workers'>): Owned | undefined {
  return workers.find(
    worker =>
      worker.workerState !== 'destroyed' &&
      (worker.machineId === machine.id || (worker.workerState === 'requested' && worker.attemptId === machine.attemptId)),
  )
}

function machineRow(machine: Listed, seen: Seen, actions: readonly Action[], at: Date): SweptRow {
  const owner = ownerOf(machine, seen)
  const ageSeconds = Math.max(0, (at.getTime() - machine.createdAtMs) / 1000)
  return {
    machineId: machine.id,
    name: machine.name,
    attempt: machine.attemptId ?? null,
    status: machine.status,
    worker: owner?.workerName ?? null,
    workerState: owner?.workerState ?? null,
    unproved: owner?.unproved ?? 0,
    ageSeconds: Math.round(ageSeconds),
    microdollars: costOf(machine.price, ageSeconds),
    keep: machine.keep,
    verdict: verdictOn(machine, owner, actions),
  }
}

function workerRow(worker: Owned, actions: readonly Action[]): SweptRow {
  const isMissing = actions.some(action => 'workerName' in action && action.workerName === worker.workerName)
  const ends = actions.some(action => 'worker' in action && action.worker === worker)
  const waiting = worker.workerState === 'requested' ? 'not listed yet' : 'not listed'
  return {
    machineId: null,
    name: worker.workerName,
    attempt: worker.attemptId,
    status: null,
    worker: worker.workerName,
    workerState: worker.workerState,
    unproved: worker.unproved,
    ageSeconds: null,
    microdollars: 0,
    keep: false,
    verdict: ends ? 'gone' : isMissing ? 'missing, looked at again' : waiting,
  }
}

const verdicts: Partial<Record<Action['kind'], string>> = {
  'destroy-stray': 'unaccounted: destroyed',
  'lapse-off': 'off: its worker lapses',
  adopt: 'adopted',
  reappear: 'gone and here again: destroyed',
  'report-stray': 'left alone: a person is told',
  'note-stray': 'unaccounted: looked at again',
}

function verdictOn(machine: Listed, owner: Owned | undefined, actions: readonly Action[]): string {
  if (machine.keep) return 'kept by a person'
  const about = actions.filter(action => isAbout(action, machine.id)).map(action => action.kind)
  const telling = (Object.keys(verdicts) as Action['kind'][]).find(kind => about.includes(kind))
  if (telling !== undefined) return verdicts[telling] ?? ''
  return owner === undefined ? 'unaccounted: not yet, or not to be destroyed' : 'accounted for'
}

function isAbout(action: Action, machineId: string): boolean {
  if ('machine' in action) return action.machine.id === machineId
  return 'machineId' in action && action.machineId === machineId
}
