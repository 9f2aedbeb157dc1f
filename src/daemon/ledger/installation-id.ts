import { readInstallation, writeInstallation } from './installation.ts'
import type { Ledger } from './ledger.ts'

/**
 * The random id by which this installation tells its own machines from those of another one in the same account. It is made once, and
 * goes with the ledger through backup and restore.
 */
export async function installationId(ledger: Ledger, newId: () => string): Promise<string> {
  const known = await readInstallation(ledger.read, 'installation_id')
  if (known !== undefined) return known
  return ledger.write(async tx => {
    const meanwhile = await readInstallation(tx, 'installation_id')
    if (meanwhile !== undefined) return meanwhile
    const id = newId()
    await writeInstallation(tx, 'installation_id', id)
    return id
  })
}
