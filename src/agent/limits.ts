import type { Assignment } from '../api/assignment.ts'
import type { Agent } from './agent.ts'
import type { HaltCause } from './halt.ts'

/** Which limit of the work is passed, if any. Times in milliseconds of one clock. */
export function passedLimit(
  startedAtMs: number,
  progressAtMs: number,
  nowMs: number,
  limits: { deadlineSeconds: number; stallSeconds: number },
): HaltCause | undefined {
  if (nowMs - startedAtMs >= limits.deadlineSeconds * 1000) return 'deadline'
  if (nowMs - Math.max(startedAtMs, progressAtMs) >= limits.stallSeconds * 1000) return 'stalled'
  return undefined
}

/** Ends the work at its deadline, or when nothing moves any more. Returns when `over` is aborted. */
export async function watchLimits(agent: Agent, assignment: Assignment, over: AbortSignal): Promise<void> {
  const { timing, halt, log } = agent
  const startedAtMs = timing.nowMs()
  while (!over.aborted && !halt.work.aborted) {
    const passed = passedLimit(startedAtMs, agent.progressAtMs, timing.nowMs(), assignment)
    if (passed !== undefined) {
      log.warn('a limit is passed', {
        limit: passed,
        deadlineSeconds: assignment.deadlineSeconds,
        stallSeconds: assignment.stallSeconds,
      })
      halt.ask(passed)
      return
    }
    await timing.sleep(agent.config.boot.pollSeconds * 1000, over, halt.work)
  }
}
