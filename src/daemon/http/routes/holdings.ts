import { importHoldings } from '../../../api/holdings.ts'
import { importHoldings as importRuns } from '../../ledger/holdings.ts'
import { readRuns } from '../retry-asked.ts'
import { route, type Route } from '../route.ts'

/** Runs that the group has got already. */
export const holdingRoutes: readonly Route[] = [
  route(importHoldings, async ({ body, person, now }, parts) => {
    const imported = await importRuns(parts.ledger, readRuns(body.runs), parts.newId, {
      at: now,
      why: 'imported',
      byWhom: person,
    })
    parts.wake()
    return imported
  }),
]
