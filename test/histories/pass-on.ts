import { Problem } from '../../src/core/problem.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import type { Stage } from '../../src/daemon/stages/stage.ts'

/** A stage, whatever it sees and does. */
export type AnyStage = Stage<unknown, unknown>

/** An action that a stage planned, now or long ago. */
export interface Planned {
  stage: AnyStage
  action: unknown
}

/** What a stage plans now. */
export async function planOf(stage: AnyStage, deps: Deps): Promise<Planned[]> {
  const seen = await stage.look(deps).catch(passOver)
  return seen === undefined ? [] : stage.plan(seen, deps.policy, deps.clock()).map(action => ({ stage, action }))
}

/** Does what was planned. */
export async function applyOne({ stage, action }: Planned, deps: Deps): Promise<void> {
  await stage.apply(action, deps).catch(passOver)
}

// What the shipped pass does with a failure: it is left to the next look. A death goes through, and so does what nobody foresaw.
function passOver(error: unknown): undefined {
  if (error instanceof Problem) return undefined
  throw error
}
