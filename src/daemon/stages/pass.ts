import { atOnce } from '../../core/at-once.ts'
import { describeError } from '../../core/problem.ts'
import type { Deps } from '../deps.ts'
import { recordPass, type PassReport } from '../ledger/passes.ts'
import type { Stage } from './stage.ts'

/** One pass. A failed action is written down and left for the next pass; nothing is retried here. */
export async function pass<Seen, Action>(stage: Stage<Seen, Action>, deps: Deps): Promise<PassReport> {
  const begunAt = deps.clock()
  const report: PassReport = { stage: stage.name, planned: 0, failures: [] }
  try {
    const seen = await stage.look(deps)
    const actions = stage.plan(seen, deps.policy, deps.clock())
    report.planned = actions.length
    await atOnce(actions, stage.atOnce?.(deps) ?? 1, action => applyOne(stage, action, deps, report))
  } catch (error) {
    // The far side could not be looked at: nothing was planned, and the next pass looks again.
    report.failures.push({ action: 'look', why: describeError(error) })
    deps.log.warn('a stage could not look', { stage: stage.name, why: describeError(error) })
  }
  if (report.planned > 0 || report.failures.length > 0) await recordPass(deps.ledger, report, begunAt, deps.clock())
  return report
}

async function applyOne<Seen, Action>(stage: Stage<Seen, Action>, action: Action, deps: Deps, report: PassReport): Promise<void> {
  try {
    await stage.apply(action, deps)
  } catch (error) {
    const why = describeError(error)
    report.failures.push({ action: JSON.stringify(action).slice(0, 300), why })
    deps.log.warn('an action failed', { stage: stage.name, action: JSON.stringify(action).slice(0, 300), why })
  }
}
