import type { Selectable } from 'kysely'
import type { Reader, Tx } from './ledger.ts'
import type { EventsTable } from './tables.ts'

/**
 * Who reads the events in their order and remembers how far: the taxa's logs, and the marking of files that no longer show what the
 * ledger knows. The places lie in the table `installation`.
 */
export type EventReader = 'logged_event' | 'files_event'

/** The last event that this reader has passed on; 0 at the beginning. A restored ledger may have fewer events than were read. */
export async function passedEvent(read: Reader, reader: EventReader): Promise<number> {
  const row = await read.selectFrom('installation').select('value').where('key', '=', reader).executeTakeFirst()
  return Math.min(Number(row?.value ?? 0), await newestEvent(read))
}

/** Remembers it. */
export async function notePassedEvent(tx: Tx, reader: EventReader, id: number): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ key: reader, value: String(id) })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value: String(id) }))
    .execute()
}

/** The number of the newest event. */
export async function newestEvent(read: Reader): Promise<number> {
  const row = await read
    .selectFrom('events')
    .select(eb => eb.fn.max<number | null>('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

/** Whether some reader has events before it. */
export async function hasNewEvents(read: Reader): Promise<boolean> {
  const newest = await newestEvent(read)
  const passed = await Promise.all([passedEvent(read, 'logged_event'), passedEvent(read, 'files_event')])
  return passed.some(id => id < newest)
}

/** The next events behind `after`, oldest first. */
export function eventsBehind(read: Reader, after: number, limit: number): Promise<Selectable<EventsTable>[]> {
  return read.selectFrom('events').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()
}
