import type { Price } from '../../core/cost.ts'
import type { Tx } from './ledger.ts'

/** So long a machine may yet appear of an attempt that never had one: its reservation stands until then, in milliseconds. */
const ghostMs = 24 * 3600 * 1000

/** What is set aside for an attempt. */
export interface NewReservation {
  attemptId: string
  chargedTaxId: number
  microdollars: number
  price: Price
  /** The provider's word for what was quoted; empty where it is not known. */
  size: string
}

/** Sets money aside for an attempt: in the transaction of its intent, or for a machine that was found without. */
export async function reserve(tx: Tx, wish: NewReservation, at: Date): Promise<void> {
  await tx
    .insertInto('reservations')
    .values({
      attempt_id: wish.attemptId,
      charged_tax_id: wish.chargedTaxId,
      microdollars: wish.microdollars,
      microdollars_per_hour: wish.price.microdollarsPerHour,
      minimum_seconds: wish.price.minimumSeconds,
      minimum_microdollars: wish.price.minimumMicrodollars,
      size: wish.size,
      made_at: at.toISOString(),
      renewals: 0,
      freed_at: null,
    })
    .execute()
}

/** Sets more aside for an attempt whose machine has used up what there was, or makes its reservation. */
export async function reserveAnew(tx: Tx, wish: NewReservation, at: Date): Promise<void> {
  const more = await tx
    .updateTable('reservations')
    .set(eb => ({
      microdollars: eb('microdollars', '+', wish.microdollars),
      renewals: eb('renewals', '+', 1),
      freed_at: null,
    }))
    .where('attempt_id', '=', wish.attemptId)
    .executeTakeFirst()
  if (more.numUpdatedRows > 0n) return
  await reserve(tx, wish, at)
  await tx.updateTable('reservations').set({ renewals: 1 }).where('attempt_id', '=', wish.attemptId).execute()
}

/** The provider said that it made nothing: nothing can come of it. */
export async function freeReservation(tx: Tx, attemptId: string, at: Date): Promise<void> {
  await tx.updateTable('reservations').set({ freed_at: at.toISOString() }).where('attempt_id', '=', attemptId).execute()
}

/** No machine was seen, and nobody knows whether one was made: what is set aside stands for another day, and a ghost is paid from it. */
export async function keepForGhosts(tx: Tx, attemptId: string, at: Date): Promise<void> {
  await freeReservation(tx, attemptId, new Date(at.getTime() + ghostMs))
}

/** A machine of the attempt is there after all. */
export async function reserveStandsAgain(tx: Tx, attemptId: string): Promise<void> {
  await tx
    .updateTable('reservations')
    .set({ freed_at: null })
    .where('attempt_id', '=', attemptId)
    .where('freed_at', 'is not', null)
    .execute()
}

/** Frees what is left once the attempt's worker is destroyed and every machine of it is gone: what they cost truly stands then. */
export async function freeReservationWhenGone(tx: Tx, attemptId: string, at: Date): Promise<void> {
  await tx
    .updateTable('reservations')
    .set({ freed_at: at.toISOString() })
    .where('attempt_id', '=', attemptId)
    .where('freed_at', 'is', null)
    .where(eb =>
      eb.not(
        eb.exists(eb.selectFrom('costs').select('machine_id').where('attempt_id', '=', attemptId).where('to_at', 'is', null)),
      ),
    )
    .where(eb =>
      eb.not(
        eb.exists(eb.selectFrom('workers').select('name').where('attempt_id', '=', attemptId).where('state', '<>', 'destroyed')),
      ),
    )
    .execute()
}
