import { batchStage } from '../../src/daemon/stages/batch/batch-stage.ts'
import { collectStage } from '../../src/daemon/stages/collect/collect-stage.ts'
import { destroyStage } from '../../src/daemon/stages/destroy/destroy-stage.ts'
import { filterStage } from '../../src/daemon/stages/filter/filter-stage.ts'
import { provisionStage } from '../../src/daemon/stages/provision/provision-stage.ts'
import { sweepStage } from '../../src/daemon/stages/sweep/sweep-stage.ts'
import { watchStage } from '../../src/daemon/stages/watch/watch-stage.ts'
import type { AnyStage } from './pass-on.ts'

/** The shipped stages that move states, in the shipped order. */
export const workStages = [
  watchStage,
  collectStage,
  batchStage,
  destroyStage,
  sweepStage,
  filterStage,
  batchStage,
  provisionStage,
] as readonly AnyStage[]
