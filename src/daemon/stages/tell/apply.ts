import type { DailyFigures, Notice } from '../../../core/notice.ts'
import type { Deps } from '../../deps.ts'
import { dailyToldOn, noteDailyTold } from '../../ledger/daily-line.ts'
import { writeEvent } from '../../ledger/events.ts'
import { noteSending, noticeToSend, writeNotice } from '../../ledger/notices.ts'
import type { Action } from './plan.ts'
import { dailyNotice, needNotice, sayDay } from './words.ts'

const byWhom = 'tell'

/** Does one action. Nothing waits for a far side here: what became of a sending is written down when it is known. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  const at = deps.clock()
  switch (action.kind) {
    case 'write': {
      const { channel, which } = action
      const notice = needNotice(action.what, action.need, at)
      return deps.ledger.write(tx => writeNotice(tx, { channel, notice, which }, at))
    }
    case 'send':
      return send(action.noticeId, deps)
    case 'begin-days':
      return deps.ledger.write(tx => noteDailyTold(tx, action.day))
    case 'tell-day':
      return tellDay(action.figures, deps, at)
  }
}

async function send(noticeId: number, deps: Deps): Promise<void> {
  const found = await noticeToSend(deps.ledger.read, noticeId)
  if (found === undefined) return
  deps.teller?.begin(noticeId, found.channel, found.notice, async fault => {
    if (fault !== undefined) deps.log.warn('a notice could not be sent', { channel: found.channel, notice: noticeId, why: fault })
    await deps.ledger.write(tx => noteSending(tx, noticeId, fault, deps.clock()))
  })
}

/** Event, notices and the day are one transaction: after a death in between, the line is told once. */
async function tellDay(figures: DailyFigures, deps: Deps, at: Date): Promise<void> {
  const notice: Notice = dailyNotice(figures, at)
  const isNew = await deps.ledger.write(async tx => {
    if (((await dailyToldOn(tx)) ?? '') >= figures.day) return false
    await writeEvent(
      tx,
      { subject: 'installation', subjectId: 'installation', event: 'daily line' },
      { at, why: notice.title, byWhom },
    )
    for (const channel of deps.teller?.channels ?? []) await writeNotice(tx, { channel, notice, which: figures.day }, at)
    await noteDailyTold(tx, figures.day)
    return true
  })
  if (!isNew) return
  const line = sayDay(figures)
  if (figures.unaccounted === 0) deps.log.say('daily line', { line })
  else deps.log.warn('daily line', { line })
}
