import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { openAttention } from '../ledger/attention.ts'
import { readInstallation } from '../ledger/installation.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { panicNeed } from './panic-in-home.ts'

/**
 * Writes into the ledger of a home that nothing may be created, where the rest of the home cannot be opened: a provider that is not to be
 * had must not keep a daemon creating. The id of the installation, by which its machines are known. Undefined where there is no ledger.
 */
export async function stopInLedger(
  { home }: Config,
  person: string,
  at: Date,
): Promise<{ installationId: string | undefined } | undefined> {
  if (!existsSync(home.ledgerFile)) return undefined
  const ledger = await openLedger(home.ledgerFile)
  try {
    await ledger.write(tx => openAttention(tx, panicNeed(person), at, person))
    return { installationId: await readInstallation(ledger.read, 'installation_id') }
  } finally {
    await ledger.close()
  }
}
