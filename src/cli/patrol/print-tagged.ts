import { sayDollars } from '../../core/say-dollars.ts'
import { ageSeconds, costSoFar, judgeTagged, type TaggedVerdict } from '../../daemon/patrol/judge-tagged.ts'
import type { TaggedMachine } from '../../daemon/patrol/tagged-machines.ts'
import { column } from '../print-list.ts'
import { printRows, type Column } from '../print-table.ts'
import { saySeconds } from '../say-amounts.ts'
import type { Screen } from '../screen.ts'

/** A machine as `sweep --provider-only` shows it. */
export interface TaggedRow {
  id: string
  name: string
  installation: string | null
  attempt: string | null
  status: string
  createdAt: string
  ageSeconds: number
  expiresAt: string | null
  microdollars: number
  keep: boolean
  verdict: TaggedVerdict
}

/** One machine as a row. */
export function toTaggedRow(machine: TaggedMachine, now: Date): TaggedRow {
  return {
    id: machine.id,
    name: machine.name,
    installation: machine.installationId ?? null,
    attempt: machine.attemptId ?? null,
    status: machine.status,
    createdAt: machine.createdAt.toISOString(),
    ageSeconds: Math.round(ageSeconds(machine, now)),
    expiresAt: machine.expiresAt?.toISOString() ?? null,
    microdollars: costSoFar(machine, now),
    keep: machine.keep,
    verdict: judgeTagged(machine, now),
  }
}

/** The machines as a table, those past their expiry first. */
export async function printTagged(screen: Screen, machines: readonly TaggedMachine[], now: Date): Promise<void> {
  const order = (verdict: TaggedVerdict): number => (verdict === 'expired' ? 0 : 1)
  const rows = machines
    .map(machine => toTaggedRow(machine, now))
    .toSorted((a, b) => order(a.verdict) - order(b.verdict) || b.ageSeconds - a.ageSeconds)
  await printRows(screen, columnsAt(now), rows)
}

function columnsAt(now: Date): Column<TaggedRow>[] {
  const until = (at: string | null): string => {
    if (at === null) return ''
    const seconds = (Date.parse(at) - now.getTime()) / 1000
    return seconds > 0 ? `in ${saySeconds(seconds)}` : `${saySeconds(-seconds)} ago`
  }
  return [
    column<TaggedRow>('id', { whole: true }),
    column<TaggedRow>('name', { whole: true }),
    column<TaggedRow>('installation', { spare: 3 }),
    column<TaggedRow>('attempt', { hidden: true }),
    column<TaggedRow>('status'),
    column<TaggedRow>('createdAt', { hidden: true }),
    column<TaggedRow>('ageSeconds', { title: 'age', right: true, show: row => saySeconds(row.ageSeconds) }),
    column<TaggedRow>('expiresAt', { title: 'expires', show: row => until(row.expiresAt) }),
    column<TaggedRow>('microdollars', { title: 'cost so far', right: true, show: row => sayDollars(row.microdollars) }),
    column<TaggedRow>('keep', { spare: 2, show: row => (row.keep ? 'keep' : '') }),
    column<TaggedRow>('verdict', { whole: true }),
  ]
}
