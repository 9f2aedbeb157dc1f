import type { Selectable } from 'kysely'
import type { Account } from '../../core/account.ts'
import { costOf, type Price } from '../../core/cost.ts'
import type { Reader, Tx } from './ledger.ts'
import { freeReservationWhenGone, reserveStandsAgain } from './reservations.ts'
import type { CostsTable } from './tables.ts'

/** A machine whose account begins. */
export interface CostBegun {
  machineId: string
  workerName: string
  attemptId: string | null
  chargedTaxId: number | null
  price: Price
  /** Its creation, as the provider tells it. */
  from: Date
}

/** Begins the account of a machine; again is the same as once, and a machine that was said to be gone goes on from its beginning. */
export async function beginCost(tx: Tx, machine: CostBegun): Promise<void> {
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
    .onConflict(conflict =>
      conflict
        .column('machine_id')
        .doUpdateSet({ to_at: null, microdollars: 0, deletion_asked_at: null, deletion_before_at: null }),
    )
    .execute()
  if (machine.attemptId !== null) await reserveStandsAgain(tx, machine.attemptId)
}

/**
 * Writes down, before it is asked for, that the deletion of a machine is asked for now: should the answer be lost with the daemon, this
 * is when the machine went.
 */
export async function noteDeletionAsked(tx: Tx, machineId: string, at: Date): Promise<void> {
  await tx
    .updateTable('costs')
    .set(eb => ({ deletion_before_at: eb.ref('deletion_asked_at'), deletion_asked_at: at.toISOString() }))
    .where('machine_id', '=', machineId)
    .where('to_at', 'is', null)
    .execute()
}

/**
 * Closes the account of a machine that is gone, at the last asking for its deletion that still found it there: that is the one that led
 * to its end, however much later it was noticed. A machine that went by itself is charged until it was found gone: when it went is known
 * to nobody but the provider, and rather too much is counted than too little. What was set aside for its attempt is free when nothing of
 * it is left.
 */
export async function endCost(tx: Tx, machineId: string, at: Date): Promise<void> {
  const cost = await tx.selectFrom('costs').selectAll().where('machine_id', '=', machineId).executeTakeFirst()
  if (cost === undefined) return
  if (cost.to_at === null) {
    const to = endOf(cost, at)
    const seconds = (to.getTime() - Date.parse(cost.from_at)) / 1000
    await tx
      .updateTable('costs')
      .set({ to_at: to.toISOString(), microdollars: costOf(priceOf(cost), seconds) })
      .where('machine_id', '=', machineId)
      .execute()
  }
  if (cost.attempt_id !== null) await freeReservationWhenGone(tx, cost.attempt_id, at)
}

/** Whether a machine has an account, and that is closed. */
export async function isClosed(read: Reader, machineId: string): Promise<boolean> {
  const cost = await read.selectFrom('costs').select('to_at').where('machine_id', '=', machineId).executeTakeFirst()
  return typeof cost?.to_at === 'string'
}

/** A machine that was said to be gone is there after all: its account, if it was closed, goes on from its beginning. */
export async function resumeCost(tx: Tx, machineId: string): Promise<void> {
  const resumed = await tx
    .updateTable('costs')
    .set({ to_at: null, microdollars: 0, deletion_asked_at: null, deletion_before_at: null })
    .where('machine_id', '=', machineId)
    .where('to_at', 'is not', null)
    .returning('attempt_id')
    .executeTakeFirst()
  if (typeof resumed?.attempt_id === 'string') await reserveStandsAgain(tx, resumed.attempt_id)
}

/** An asking of this very instant is the one that was answered: it led to nothing, the one before it did. */
function endOf(cost: Selectable<CostsTable>, at: Date): Date {
  const [asked, before] = [cost.deletion_asked_at, cost.deletion_before_at].map(instant =>
    instant === null ? undefined : new Date(instant),
  )
  if (asked !== undefined && asked < at) return asked
  return before !== undefined && before < at ? before : at
}

/** The price in a row. */
export function priceOf(row: Pick<CostsTable, 'microdollars_per_hour' | 'minimum_seconds' | 'minimum_microdollars'>): Price {
  return {
    microdollarsPerHour: row.microdollars_per_hour,
    minimumSeconds: row.minimum_seconds,
    minimumMicrodollars: row.minimum_microdollars,
  }
}

/** The account in a row. */
export function accountOf(row: Selectable<CostsTable>): Account {
  return {
    price: priceOf(row),
    fromMs: Date.parse(row.from_at),
    toMs: row.to_at === null ? undefined : Date.parse(row.to_at),
  }
}
