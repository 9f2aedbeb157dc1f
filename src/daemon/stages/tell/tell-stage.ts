import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** People are told what needs them, and once a day how it stands. Its event: daily line (installation). */
export const tellStage: Stage<Seen, Action> = { name: 'tell', look, plan, apply }
