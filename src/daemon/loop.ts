import { stoppingCauses } from '../core/stopping-causes.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '../core/problem.ts'
import type { Deps } from './deps.ts'
import { installationCauses } from './ledger/attention.ts'
import { noteRound } from './ledger/grace.ts'
import type { PassReport } from './ledger/passes.ts'
import { workLeft, type WorkLeft } from './ledger/work-left.ts'
import { roomOfTaxa } from './stages/batch/look.ts'
import type { AnyStage } from './stages/stages.ts'

/** Each stage in its order, again and again, on its period or when woken; never twice at once. */
export interface Loop {
  /** Asks for a round sooner; carries no information. */
  wake(): void
  /** One round of all stages. */
  round(): Promise<PassReport[]>
  /** A heartbeat: rounds until one finds nothing to do; what it left for later. */
  rounds(atMost: number): Promise<PassReport[]>
  /** Rounds until `signal` aborts. */
  runForever(signal: AbortSignal): Promise<void>
  /** Rounds until nothing is left that microfetch can do by itself, or `signal` aborts. */
  runUntilIdle(signal: AbortSignal): Promise<WorkLeft>
}

/** Calls come in bursts; one round answers them all. */
const settleMs = 100
/** Between two rounds that both had something to do. */
const busyMs = 20

/** Makes the loop of these stages. */
export function makeLoop(stages: readonly AnyStage[], deps: Deps): Loop {
  const { promise, wake } = makeWaker()
  const round = (startsHeartbeat = false) => oneRound(stages, deps, startsHeartbeat)
  /** `woken` was taken before the round: what called during it is not waited for. */
  const pause = async (milliseconds: number, woken: Promise<void>, signal: AbortSignal) => {
    const ending = new AbortController()
    const either = AbortSignal.any([signal, ending.signal])
    await Promise.race([sleep(milliseconds, undefined, { signal: either }).catch(() => undefined), woken])
    ending.abort()
    if (!signal.aborted) await sleep(Math.min(settleMs, milliseconds), undefined, { signal }).catch(() => undefined)
  }
  return {
    wake,
    round,
    rounds: async atMost => {
      const reports: PassReport[] = []
      for (let count = 0; count < atMost; count += 1) {
        const now = await round(count === 0)
        reports.push(...now)
        if (!didSomething(now)) break
      }
      return reports
    },
    runForever: async signal => {
      while (!signal.aborted) {
        const woken = promise()
        const reports = await round()
        await pause(didSomething(reports) ? busyMs : deps.policy.periodSeconds * 1000, woken, signal)
      }
    },
    runUntilIdle: async signal => {
      for (;;) {
        const woken = promise()
        const reports = await round()
        const left = await whatIsLeft(deps)
        if (signal.aborted || (isNothing(left) && !didSomething(reports))) return left
        await pause(didSomething(reports) ? busyMs : Math.min(deps.policy.periodSeconds, 5) * 1000, woken, signal)
      }
    },
  }
}

async function oneRound(stages: readonly AnyStage[], deps: Deps, startsHeartbeat: boolean): Promise<PassReport[]> {
  const { periodSeconds, graceSeconds } = deps.policy
  await noteRound(deps.ledger, deps.clock(), periodSeconds, graceSeconds, startsHeartbeat)
  const reports: PassReport[] = []
  for (const stage of stages) {
    reports.push(
      await stage.pass(deps).catch((error: unknown) => {
        // Not even the pass could be written down (a full disk, a locked ledger): the next round tries again.
        deps.log.warn('a pass failed', { stage: stage.name, why: describeError(error) })
        return { stage: stage.name, planned: 0, failures: [{ action: 'pass', why: describeError(error) }] }
      }),
    )
  }
  return reports
}

// A pass whose every action failed did nothing: it waits for the period, so that a fault is not asked in a circle.
function didSomething(reports: readonly PassReport[]): boolean {
  return reports.some(report => report.planned > report.failures.length)
}

function isNothing(left: WorkLeft): boolean {
  return !left.adopting && left.checksDue + left.unjudged + left.wanted + left.batches + left.workers === 0
}

/** What microfetch can still do by itself. */
export async function whatIsLeft(deps: Deps): Promise<WorkLeft> {
  const { ledger, clock, policy } = deps
  const causes = await installationCauses(ledger.read)
  const obstructed = causes.some(cause => stoppingCauses.has(cause))
  return workLeft(ledger.read, clock(), { ...policy, obstructed, roomOf: await roomOfTaxa(deps) })
}

function makeWaker(): { promise: () => Promise<void>; wake: () => void } {
  let resolve: () => void = () => undefined
  let current = new Promise<void>(done => (resolve = done))
  return {
    promise: () => current,
    wake: () => {
      resolve()
      current = new Promise<void>(done => (resolve = done))
    },
  }
}
