import { costOf, type Price } from '../../core/cost.ts'
import type { Tx } from './ledger.ts'

/** Begins the account of a machine; again is the same as once. */
export async function beginCost(
  tx: Tx,
  machine: {
    machineId: string
    workerName: string
    attemptId: string | null
    chargedTaxId: number | null
    price: Price
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
      microdollars_per_hour: machine.price.microdollarsPerHour,
      minimum_seconds: machine.price.minimumSeconds,
      minimum_microdollars: machine.price.minimumMicrodollars,
      microdollars: 0,
    })
    .onConflict(conflict => conflict.column('machine_id').doNothing())
    .execute()
}

/** Closes the account of a machine that is gone. */
export async function endCost(tx: Tx, machineId: string, at: Date): Promise<void> {
  const cost = await tx
    .selectFrom('costs')
    .selectAll()
    .where('machine_id', '=', machineId)
    .where('to_at', 'is', null)
    .executeTakeFirst()
  if (cost === undefined) return
  const price = {
    microdollarsPerHour: cost.microdollars_per_hour,
    minimumSeconds: cost.minimum_seconds,
    minimumMicrodollars: cost.minimum_microdollars,
  }
  const seconds = (at.getTime() - Date.parse(cost.from_at)) / 1000
  await tx
    .updateTable('costs')
    .set({ to_at: at.toISOString(), microdollars: costOf(price, seconds) })
    .where('machine_id', '=', machineId)
    .execute()
}
