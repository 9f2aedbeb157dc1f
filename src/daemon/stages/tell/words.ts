import type { DailyFigures, Notice, ToldNeed } from '../../../core/notice.ts'
import { sayDollars } from '../../../core/say-dollars.ts'

type NeedKind = 'opened' | 'reminder' | 'resolved'

/** What a person is told of a need. */
export function needNotice(kind: NeedKind, need: ToldNeed, at: Date): Notice {
  const subject = need.subject === 'installation' ? 'the installation' : `${need.subject} ${need.subjectId}`
  const title = { opened: '', reminder: 'still: ', resolved: 'resolved: ' }[kind] + `${need.cause} (${subject})`
  return { kind, at: at.toISOString(), title, text: textOf(kind, need), need, daily: null }
}

function textOf(kind: NeedKind, need: ToldNeed): string {
  const lines = [`Seen: ${need.evidence}`]
  if (need.tried !== '') lines.push(`Tried: ${need.tried}`)
  lines.push(`Since: ${need.openedAt}`)
  if (kind === 'resolved') lines.push(`Resolved: ${need.resolvedAt ?? ''}, ${need.resolution}`)
  else
    lines.push(
      `When it is repaired: microfetch resolve ${need.id} retry (or skip, or dismiss); all that is open: microfetch attention`,
    )
  return lines.join('\n')
}

/** What is told once a day. */
export function dailyNotice(figures: DailyFigures, at: Date): Notice {
  const title = sayDay(figures)
  return { kind: 'daily', at: at.toISOString(), title, text: `${title}\n`, need: null, daily: figures }
}

/** The daily line: machines that nobody accounts for, and money. */
export function sayDay(figures: DailyFigures): string {
  const { unaccounted, alive, lastDayMicrodollars, monthMicrodollars, monthCapMicrodollars, missedDays } = figures
  const machines =
    unaccounted === null
      ? 'the provider could not be asked: nobody knows how many machines are unaccounted for'
      : `${count(unaccounted, 'unaccounted machine')}, ${alive ?? 0} alive`
  const cap =
    monthCapMicrodollars === null ? 'this month, without a cap' : `this month of ${sayDollars(monthCapMicrodollars)} cap`
  const missed = missedDays > 0 ? `; ${count(missedDays, 'day')} before had no such line` : ''
  return `${machines}, ${sayDollars(lastDayMicrodollars)} in 24 hours, ${sayDollars(monthMicrodollars)} ${cap}${missed}`
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`
}
