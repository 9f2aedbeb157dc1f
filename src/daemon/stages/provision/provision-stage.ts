import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Gets a worker for each batch. Its events: assign (batch); created (worker) when the provider's answer is known. */
export const provisionStage: Stage<Seen, Action> = { name: 'provision', look, plan, apply }
