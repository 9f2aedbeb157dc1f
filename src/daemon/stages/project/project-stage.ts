import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Writes the original's files from the ledger. It moves nothing. */
export const projectStage: Stage<Seen, Action> = { name: 'project', look, plan, apply }
