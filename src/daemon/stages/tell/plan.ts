import type { DailyFigures, ToldNeed } from '../../../core/notice.ts'
import type { Policy } from '../../../core/policy.ts'

/** What was written about a need, by channel. */
export interface Told {
  channel: string
  attentionId: number
  kind: 'opened' | 'reminder' | 'resolved' | 'daily'
  which: string
  writtenAtMs: number
}

/** What `look` saw. */
export interface Seen {
  channels: readonly string[]
  /** Needs that are open, and needs that people were told of and that are resolved. */
  open: ToldNeed[]
  resolved: ToldNeed[]
  told: Told[]
  /** Notices whose time has come, and that are not being sent just now. */
  due: number[]
  /** The day of the last daily line; undefined: days are not counted yet. */
  dailyToldOn: string | undefined
  dailyAtMinutes: number
  /** The figures of today's line, while it is due. */
  figures: DailyFigures | undefined
}

export type Action =
  | { kind: 'write'; what: 'opened' | 'reminder' | 'resolved'; channel: string; need: ToldNeed; which: string }
  | { kind: 'send'; noticeId: number }
  /** Days are counted from here on. */
  | { kind: 'begin-days'; day: string }
  | { kind: 'tell-day'; figures: DailyFigures }

const reminderMs = 7 * 86_400_000
/** So long a provider that cannot be asked is waited for; then the line is told without its word. */
const patienceMs = 3_600_000

/** Each need is told once when it is opened, again after each week, and when it is resolved; the day once a day. */
export function plan(seen: Seen, _policy: Policy, now: Date): Action[] {
  return [
    ...planDay(seen, now),
    ...seen.channels.flatMap(channel => planNeeds(seen, channel, now)),
    ...seen.due.map((noticeId): Action => ({ kind: 'send', noticeId })),
  ]
}

function planNeeds({ open, resolved, told }: Seen, channel: string, now: Date): Action[] {
  const find = (need: ToldNeed, kind: Told['kind'], which: string): Told | undefined =>
    told.find(one => one.channel === channel && one.attentionId === need.id && one.kind === kind && one.which === which)
  const news = open.flatMap((need): Action[] => {
    const opened = find(need, 'opened', '')
    if (opened === undefined) return [{ kind: 'write', what: 'opened', channel, need, which: '' }]
    // Since they were told: a channel may be set long after a need was opened.
    const weeks = Math.floor((now.getTime() - opened.writtenAtMs) / reminderMs)
    if (weeks < 1 || find(need, 'reminder', String(weeks)) !== undefined) return []
    return [{ kind: 'write', what: 'reminder', channel, need, which: String(weeks) }]
  })
  const over = resolved.filter(need => find(need, 'opened', '') !== undefined && find(need, 'resolved', '') === undefined)
  return [...news, ...over.map((need): Action => ({ kind: 'write', what: 'resolved', channel, need, which: '' }))]
}

function planDay({ dailyToldOn, dailyAtMinutes, figures }: Seen, now: Date): Action[] {
  if (dailyToldOn === undefined) return [{ kind: 'begin-days', day: lastLineDay(dailyAtMinutes, now) }]
  if (figures === undefined) return []
  const isOverdue = now.getTime() - lineAtMs(figures.day, dailyAtMinutes) > patienceMs
  return figures.unaccounted !== null || isOverdue ? [{ kind: 'tell-day', figures }] : []
}

/** The day of the newest daily line that should have been told by now. */
export function lastLineDay(dailyAtMinutes: number, now: Date): string {
  return dayOf(now.getTime() - dailyAtMinutes * 60_000)
}

/** Days from one to another, both YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

function lineAtMs(day: string, dailyAtMinutes: number): number {
  return Date.parse(day) + dailyAtMinutes * 60_000
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
