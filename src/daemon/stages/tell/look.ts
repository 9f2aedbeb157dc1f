import type { DailyFigures } from '../../../core/notice.ts'
import { monthAt } from '../../../core/month.ts'
import { describeError } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { dailyToldOn, spentWithin } from '../../ledger/daily-line.ts'
import { dueNotices, needsToTell } from '../../ledger/notices.ts'
import { ownersOf } from '../../ledger/workers.ts'
import { daysBetween, lastLineDay, type Seen } from './plan.ts'

const nothing: Omit<Seen, 'dailyAtMinutes'> = {
  ...{ channels: [], open: [], resolved: [], told: [], due: [], dailyToldOn: '9999-12-31', figures: undefined },
}

/** Reads what is open, what was told of it, and, once a day, the provider's list and the money. */
export async function look(deps: Deps): Promise<Seen> {
  const { ledger, clock, teller } = deps
  if (teller === undefined) return { ...nothing, dailyAtMinutes: 0 }
  const now = clock()
  const due = (await Promise.all(teller.channels.map(channel => dueNotices(ledger.read, channel, now)))).flat()
  // Without a channel nobody is told of needs, and nothing is written for them.
  const needs = teller.channels.length === 0 ? { open: [], resolved: [], told: [] } : await needsToTell(ledger.read)
  const toldOn = await dailyToldOn(ledger.read)
  const { dailyAtMinutes } = teller
  return {
    channels: teller.channels,
    ...needs,
    due: due.map(({ id }) => id).filter(id => !teller.isUnderWay(id)),
    dailyToldOn: toldOn,
    dailyAtMinutes,
    figures: toldOn === undefined ? undefined : await figuresWhenDue(deps, toldOn, dailyAtMinutes, now),
  }
}

async function figuresWhenDue(deps: Deps, toldOn: string, dailyAtMinutes: number, now: Date): Promise<DailyFigures | undefined> {
  const day = lastLineDay(dailyAtMinutes, now)
  if (day <= toldOn) return undefined
  const { ledger, spend } = deps
  const lastDay = { fromMs: now.getTime() - 86_400_000, toMs: now.getTime() }
  return {
    day,
    ...(await machinesNow(deps)),
    lastDayMicrodollars: await spentWithin(ledger.read, lastDay, now),
    monthMicrodollars: await spentWithin(ledger.read, monthAt(now.getTime()), now),
    monthCapMicrodollars: spend.monthMicrodollars ?? null,
    missedDays: daysBetween(toldOn, day) - 1,
  }
}

/** By a fresh list: only what the provider itself says is a proof. */
async function machinesNow({ ledger, provider, log }: Deps): Promise<Pick<DailyFigures, 'unaccounted' | 'alive'>> {
  try {
    const machines = await provider.list()
    const owners = (await ownersOf(ledger.read, [])).filter(owner => owner.workerState !== 'destroyed')
    const accounted = machines.filter(machine =>
      owners.some(
        owner => owner.machineId === machine.id || (owner.workerState === 'requested' && owner.attemptId === machine.attemptId),
      ),
    )
    return { unaccounted: machines.length - accounted.length, alive: accounted.length }
  } catch (error) {
    log.warn('the provider could not be asked for the daily line', { why: describeError(error) })
    return { unaccounted: null, alive: null }
  }
}
