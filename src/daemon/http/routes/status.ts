import { showHealth, showStatus } from '../../../api/status.ts'
import { exportStatus } from '../../../api/status-tsv.ts'
import { installationStatusOf } from '../../ledger/asked/installation-status.ts'
import { moneyNow } from '../../ledger/asked/money-now.ts'
import { knownTaxon } from '../../ledger/requested/tracked-taxon.ts'
import { statusTsv } from '../../projections/status-tsv.ts'
import { route, textRoute, type Route } from '../route.ts'

/** The installation as a whole. */
export const statusRoutes: readonly Route[] = [
  // Reads one row: a ledger that cannot be read is not healthy.
  route(showHealth, async (_asked, { ledger, version }) => {
    await ledger.read.selectFrom('installation').select('key').limit(1).execute()
    return { ok: true as const, version }
  }),
  route(showStatus, async ({ now }, { ledger, version, libraryDir, spend }) => ({
    version,
    library: libraryDir,
    ...(await installationStatusOf(ledger.read)),
    money: await moneyNow(ledger.read, now, spend),
  })),
  textRoute(exportStatus, 'text/tab-separated-values; charset=utf-8', async ({ query }, { ledger }) => {
    if (query.taxon !== undefined) await knownTaxon(ledger.read, query.taxon)
    return statusTsv(ledger.read, query.taxon)
  }),
]
