import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Ends workers that are done. Its events: dismiss, confirmGone. */
export const destroyStage: Stage<Seen, Action> = { name: 'destroy', look, plan, apply }
