import type { Route } from '../route.ts'
import { attentionRoutes } from './attention.ts'
import { batchRoutes } from './batches.ts'
import { holdingRoutes } from './holdings.ts'
import { passRoutes } from './passes.ts'
import { planRoutes } from './plan.ts'
import { runRoutes } from './runs.ts'
import { statusRoutes } from './status.ts'
import { taxonRoutes } from './taxa.ts'
import { workerRoutes } from './workers.ts'

/** Every route for people. Paths without open names come before those with: `/api/runs/retry` is not a run. */
export const routes: readonly Route[] = [
  ...statusRoutes,
  ...taxonRoutes,
  ...runRoutes,
  ...batchRoutes,
  ...holdingRoutes,
  ...workerRoutes,
  ...attentionRoutes,
  ...planRoutes,
  ...passRoutes,
]
