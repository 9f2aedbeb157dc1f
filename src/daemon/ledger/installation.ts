import type { Reader, Tx } from './ledger.ts'
import { openAttention } from './attention.ts'
import { writeEvent } from './events.ts'
import type { Cause } from './move-state.ts'

/**
 * Single values of the installation.
 * `epoch` how often the ledger was restored, from 0 · `adopting` '1' while a restored ledger waits to adopt what goes on outside ·
 * `adopting_since` when that began · `last_pass_at` when the loop last came round · `library_need` the run that waits for space ·
 * `installation_id` tells its machines from those of others.
 */
export type InstallationKey = 'epoch' | 'adopting' | 'adopting_since' | 'last_pass_at' | 'library_need' | 'installation_id'

/** The value of a key; undefined when it was never written. */
export async function readInstallation(read: Reader, key: InstallationKey): Promise<string | undefined> {
  const row = await read.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

/** Writes the value of a key over what was there. */
export async function writeInstallation(tx: Tx, key: InstallationKey, value: string): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ key, value })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

/**
 * A restored ledger's first act: the next epoch, in which it adopts before it batches or creates, and sweeps only by a person's
 * leave. The number of the new epoch: above this ledger's own and above `atLeast`, the one of the ledger that it replaces.
 */
export async function beginEpoch(tx: Tx, atLeast: number, cause: Cause): Promise<number> {
  const epoch = Math.max(Number((await readInstallation(tx, 'epoch')) ?? '0'), atLeast) + 1
  await writeInstallation(tx, 'epoch', String(epoch))
  await writeInstallation(tx, 'adopting', '1')
  await writeInstallation(tx, 'adopting_since', cause.at.toISOString())
  // However fresh the backup is: its last pass was another life's, so everything gets one full grace first.
  await tx.deleteFrom('installation').where('key', '=', 'last_pass_at').execute()
  const evidence = `${cause.why}. Machines that the ledger does not know are reported, and none of them is destroyed, until this is dismissed`
  const need = { subject: 'installation', subjectId: 'installation', cause: 'restored', evidence, tried: '' } as const
  await openAttention(tx, need, cause.at, cause.byWhom)
  await writeEvent(tx, { subject: 'installation', subjectId: 'ledger', event: 'restore', to: `epoch ${epoch}` }, cause)
  return epoch
}
