import { showHealth, showStatus } from '../../../api/status.ts'
import { installationStatusOf } from '../../ledger/asked/installation-status.ts'
import { route, type Route } from '../route.ts'

/** The installation as a whole. */
export const statusRoutes: readonly Route[] = [
  // Reads one row: a ledger that cannot be read is not healthy.
  route(showHealth, async (_asked, { ledger, version }) => {
    await ledger.read.selectFrom('installation').select('key').limit(1).execute()
    return { ok: true as const, version }
  }),
  route(showStatus, async (_asked, { ledger, version, libraryDir }) => ({
    version,
    library: libraryDir,
    ...(await installationStatusOf(ledger.read)),
  })),
]
