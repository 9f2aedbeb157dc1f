import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Asks the archive for the runs of the taxa that are due. It writes what the archive says, and judges nothing. */
export const discoverStage: Stage<Seen, Action> = { name: 'discover', look, plan, apply }
