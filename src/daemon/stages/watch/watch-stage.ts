import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Late and silent workers, and what agents said. Its events: register, lapse (worker); start, finish, release, giveUp (batch). */
export const watchStage: Stage<Seen, Action> = { name: 'watch', look, plan, apply }
