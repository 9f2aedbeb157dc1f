import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Groups what is wanted, and closes what is done. Its events: take, putBack, fail, drop (superseded), settle. */
export const batchStage: Stage<Seen, Action> = { name: 'batch', look, plan, apply }
