import type { Stage } from '../stage.ts'
import { apply } from './apply.ts'
import { look } from './look.ts'
import { plan, type Action, type Seen } from './plan.ts'

/** Brings results home and proves them. Its event: prove. */
export const collectStage: Stage<Seen, Action> = { name: 'collect', look, plan, apply, atOnce: deps => deps.transfersAtOnce }
