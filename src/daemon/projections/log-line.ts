import type { Selectable } from 'kysely'
import { batchNames } from '../ledger/asked/batch-names.ts'
import type { Reader } from '../ledger/ledger.ts'
import type { EventsTable } from '../ledger/tables.ts'

type Event = Selectable<EventsTable>

/** Events as lines of the logs of their taxa, in their order. */
export async function logLines(read: Reader, events: readonly Event[]): Promise<string[]> {
  const names = await batchNames(
    read,
    events.filter(event => event.subject === 'batch').map(event => event.subject_id),
  )
  return events.map(event => logLine(event, names))
}

/**
 * An event as a line of its taxon's log: `2026-08-22T10:04:11Z INFO 90370 filter kept=38 rejected=12 event=17`. The number of the event
 * stands at its end, so that after a death no line is written twice.
 */
function logLine(event: Event, batches: ReadonlyMap<string, string>): string {
  const { at, tax_id: taxId, by_whom: byWhom, why } = event
  const said = [byWhom, ...whatMoved(event, batches), why === event.event ? '' : why].filter(part => part !== '').join(' ')
  const tidy = said.replace(/[\p{Cc}\s]+/gu, ' ')
  return `${at.slice(0, 19)}Z ${levelOf(event)} ${taxId ?? ''} ${tidy} event=${event.id}\n`
}

/** What happens to the taxon itself is told by its words; of anything else, which thing and from where to where. */
function whatMoved(
  { subject, subject_id: id, event, from_state: from, to_state: to }: Event,
  batches: ReadonlyMap<string, string>,
): string[] {
  if (subject === 'taxon') return event === 'judged' || event.startsWith('check ') ? [] : [event]
  const states = from === '' && to === '' ? '' : `${from === '' ? 'new' : from}>${to}`
  return [subject, (subject === 'batch' ? batches.get(id) : undefined) ?? id, event, states]
}

function levelOf({ subject, event }: Event): string {
  if (subject === 'attention' && event === 'opened') return 'ERROR'
  const isWarning = ['fail', 'lapse', 'vanish', 'giveUp', 'withdrawn', 'check refused', 'check failed', 'reappear'].includes(
    event,
  )
  return isWarning ? 'WARN' : 'INFO'
}

/** The last event of which a log tells: its number and the second of its instant. */
export function lastLogged(tail: string): { id: number; at: string } | undefined {
  const [, at, id] = [...tail.matchAll(/^(\S{19})Z .* event=(\d+)$/gm)].at(-1) ?? []
  return at === undefined || id === undefined ? undefined : { id: Number(id), at }
}
