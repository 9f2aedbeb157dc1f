import type { Reader } from '../ledger.ts'
import type { Selectable } from 'kysely'
import type { EventsTable } from '../tables.ts'

/** Events of a taxon's log: those behind `after`, or else the last `limit`; oldest first. */
export async function taxonEvents(
  read: Reader,
  taxId: number,
  page: { after: number | undefined; limit: number },
): Promise<Selectable<EventsTable>[]> {
  const query = read.selectFrom('events').selectAll().where('tax_id', '=', taxId).limit(page.limit)
  if (page.after !== undefined) return query.where('id', '>', page.after).orderBy('id').execute()
  return (await query.orderBy('id', 'desc').execute()).reverse()
}
