import type { Tx } from './ledger.ts'

/** Begins the account of a machine; again is the same as once. */
export async function beginCost(
  tx: Tx,
  machine: {
    machineId: string
    workerName: string
    attemptId: string | null
    chargedTaxId: number | null
    microdollarsPerSecond: number
    from: Date
  },
): Promise<void> {
  await tx
    .insertInto('costs')
    .values({
      machine_id: machine.machineId,
      worker_name: machine.workerName,
      attempt_id: machine.attemptId,
      charged_tax_id: machine.chargedTaxId,
      from_at: machine.from.toISOString(),
      to_at: null,
      microdollars_per_second: machine.microdollarsPerSecond,
      microdollars: 0,
    })
    .onConflict(conflict => conflict.column('machine_id').doNothing())
    .execute()
}

/** Closes the account of a machine that is gone: whole seconds, in millionths of a dollar. */
export async function endCost(tx: Tx, machineId: string, at: Date): Promise<void> {
  const cost = await tx
    .selectFrom('costs')
    .selectAll()
    .where('machine_id', '=', machineId)
    .where('to_at', 'is', null)
    .executeTakeFirst()
  if (cost === undefined) return
  const seconds = Math.max(0, Math.ceil((at.getTime() - Date.parse(cost.from_at)) / 1000))
  await tx
    .updateTable('costs')
    .set({ to_at: at.toISOString(), microdollars: seconds * cost.microdollars_per_second })
    .where('machine_id', '=', machineId)
    .execute()
}
