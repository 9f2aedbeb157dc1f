import type { Selectable } from 'kysely'
import type { Reader, Tx } from './ledger.ts'
import type { StraysTable } from './tables.ts'

/** Machines of our tag that no worker owns, as far as they were seen. */
export function knownStrays(read: Reader): Promise<Selectable<StraysTable>[]> {
  return read.selectFrom('strays').selectAll().orderBy('machine_id').execute()
}

/** One more sighting of a machine that nobody owns. */
export async function noteStray(
  tx: Tx,
  stray: { machineId: string; name: string; attemptId: string | undefined },
  at: Date,
): Promise<void> {
  await tx
    .insertInto('strays')
    .values({
      machine_id: stray.machineId,
      name: stray.name,
      first_seen_at: at.toISOString(),
      sightings: 1,
      attempt_id: stray.attemptId ?? null,
    })
    .onConflict(conflict => conflict.column('machine_id').doUpdateSet(eb => ({ sightings: eb('strays.sightings', '+', 1) })))
    .execute()
}

/** Forgets a stray: it is gone, or somebody owns it after all. */
export async function forgetStray(tx: Tx, machineId: string): Promise<void> {
  await tx.deleteFrom('strays').where('machine_id', '=', machineId).execute()
}
