import type { Deps } from '../deps.ts'
import type { PassReport } from '../ledger/passes.ts'
import { batchStage } from './batch/batch-stage.ts'
import { collectStage } from './collect/collect-stage.ts'
import { destroyStage } from './destroy/destroy-stage.ts'
import { discoverStage } from './discover/discover-stage.ts'
import { filterStage } from './filter/filter-stage.ts'
import { pass } from './pass.ts'
import { projectStage } from './project/project-stage.ts'
import { provisionStage } from './provision/provision-stage.ts'
import type { Stage, StageName } from './stage.ts'
import { sweepStage } from './sweep/sweep-stage.ts'
import { tellStage } from './tell/tell-stage.ts'
import { watchStage } from './watch/watch-stage.ts'

/** One stage, ready to be passed. */
export interface AnyStage {
  name: StageName
  pass(deps: Deps): Promise<PassReport>
}

/**
 * The whole flow. Later stages come first, so that what is nearly home is home before anything new is begun;
 * `watch` leads, as it settles what agents said meanwhile, and the two patrols run with every round.
 */
export const stages: readonly AnyStage[] = [
  ready(watchStage),
  ready(collectStage),
  ready(batchStage),
  ready(destroyStage),
  ready(sweepStage),
  ready(discoverStage),
  ready(filterStage),
  ready(batchStage),
  ready(provisionStage),
  ready(projectStage),
  ready(tellStage),
]

function ready<Seen, Action>(stage: Stage<Seen, Action>): AnyStage {
  return { name: stage.name, pass: deps => pass(stage, deps) }
}
