import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Judges stored runs and writes what is owed for them. Its events: drop, want. */
export const filterStage: Stage<Seen, Action> = { name: 'filter', look, plan, apply }
