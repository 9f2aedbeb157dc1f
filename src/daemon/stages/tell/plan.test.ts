import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { DailyFigures, ToldNeed } from '../../../core/notice.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import { daysBetween, lastLineDay, plan, type Seen } from './plan.ts'

const now = new Date('2026-03-10T06:00:00Z')
const need: ToldNeed = {
  id: 7,
  subject: 'installation',
  subjectId: 'installation',
  cause: 'library-full',
  evidence: 'no space',
  tried: '',
  openedAt: '2026-03-10T05:00:00Z',
  resolvedAt: null,
  resolution: '',
}
const figures: DailyFigures = {
  day: '2026-03-10',
  unaccounted: 0,
  alive: 3,
  lastDayMicrodollars: 0,
  monthMicrodollars: 0,
  monthCapMicrodollars: null,
  missedDays: 0,
}

function shown(over: Partial<Seen>, at = now): string[] {
  const seen: Seen = {
    channels: ['webhook', 'mail'],
    open: [],
    resolved: [],
    told: [],
    due: [],
    dailyToldOn: '2026-03-10',
    dailyAtMinutes: 360,
    figures: undefined,
    ...over,
  }
  return plan(seen, defaultPolicy, at).map(action => {
    if (action.kind === 'write') return `${action.channel} ${action.what} ${action.need.id} ${action.which}`.trim()
    return action.kind
  })
}

const told = (channel: string, kind: 'opened' | 'reminder' | 'resolved', which = '') => ({
  ...{ channel, attentionId: 7, kind, which },
  writtenAtMs: Date.parse(need.openedAt),
})

suite('a need', () => {
  test('is told by each channel once when it is opened', () => {
    assert.deepEqual(shown({ open: [need] }), ['webhook opened 7', 'mail opened 7'])
    assert.deepEqual(shown({ open: [need], told: [told('mail', 'opened')] }), ['webhook opened 7'])
  })

  test('is told again after each week, and only the newest week is', () => {
    const opened = [told('webhook', 'opened'), told('mail', 'opened')]
    const after = (days: number) => new Date(Date.parse(need.openedAt) + days * 86_400_000)
    assert.deepEqual(shown({ open: [need], told: opened }, after(6.9)), [])
    assert.deepEqual(shown({ open: [need], told: opened }, after(7)), ['webhook reminder 7 1', 'mail reminder 7 1'])
    const once = [...opened, told('webhook', 'reminder', '1'), told('mail', 'reminder', '1')]
    assert.deepEqual(shown({ open: [need], told: once }, after(13.9)), [])
    assert.deepEqual(shown({ open: [need], told: once }, after(30)), ['webhook reminder 7 4', 'mail reminder 7 4'])
  })

  test('is told to be over only to whom it was told', () => {
    const resolved = [{ ...need, resolvedAt: '2026-03-10T05:30:00Z' }]
    assert.deepEqual(shown({ resolved, told: [told('mail', 'opened')] }), ['mail resolved 7'])
    assert.deepEqual(shown({ resolved, told: [told('mail', 'opened'), told('mail', 'resolved')] }), [])
  })
})

suite('the daily line', () => {
  test('is of the day whose time has come', () => {
    assert.equal(lastLineDay(360, new Date('2026-03-10T05:59:59Z')), '2026-03-09')
    assert.equal(lastLineDay(360, new Date('2026-03-10T06:00:00Z')), '2026-03-10')
    assert.equal(daysBetween('2026-02-27', '2026-03-10'), 11)
  })

  test('is not told of the day on which an installation begins', () => {
    assert.deepEqual(shown({ dailyToldOn: undefined }), ['begin-days'])
  })

  test('waits an hour for the provider, and is told without its word then', () => {
    assert.deepEqual(shown({ figures }), ['tell-day'])
    const silent = { ...figures, unaccounted: null, alive: null }
    assert.deepEqual(shown({ figures: silent }, new Date('2026-03-10T07:00:00Z')), [])
    assert.deepEqual(shown({ figures: silent }, new Date('2026-03-10T07:00:01Z')), ['tell-day'])
  })
})

test('what is due is sent', () => {
  assert.deepEqual(shown({ due: [3, 4] }), ['send', 'send'])
})
