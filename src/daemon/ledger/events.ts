import type { Cause } from './move-state.ts'
import type { Reader, Tx } from './ledger.ts'
import type { EventsTable } from './tables.ts'
import type { Selectable } from 'kysely'

/** What moved: the subject, the event, and the states around it (empty where there are none). */
export interface Happening {
  subject: EventsTable['subject']
  subjectId: string
  event: string
  from?: string
  to?: string
}

/** One event row. Every move leaves one. */
export async function writeEvent(tx: Tx, happening: Happening, cause: Cause): Promise<void> {
  await tx
    .insertInto('events')
    .values({
      at: cause.at.toISOString(),
      subject: happening.subject,
      subject_id: happening.subjectId,
      event: happening.event,
      from_state: happening.from ?? '',
      to_state: happening.to ?? '',
      why: cause.why,
      by_whom: cause.byWhom,
      tax_id: cause.taxId ?? null,
    })
    .execute()
}

/** The events of one subject, oldest first. */
export function eventsOf(read: Reader, subject: EventsTable['subject'], subjectId: string): Promise<Selectable<EventsTable>[]> {
  return read
    .selectFrom('events')
    .selectAll()
    .where('subject', '=', subject)
    .where('subject_id', '=', subjectId)
    .orderBy('id')
    .execute()
}
