import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** The ledger against the provider's list. Its events: vanish, neverBorn, reappear (worker); with them release (batch). */
export const sweepStage: Stage<Seen, Action> = { name: 'sweep', look, plan, apply }
