import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { chargeUntil, chargeWithin, type Account } from './account.ts'
import { chargeOf, costOf, freeOfCharge, toMicrodollars, type Price } from './cost.ts'
import { monthAt } from './month.ts'

const minute = { minimumSeconds: 60, minimumMicrodollars: 10_000 }
const large: Price = { microdollarsPerHour: 71_430, ...minute }

describe('a machine is charged', () => {
  const table: [why: string, price: Price, seconds: number, microdollars: number][] = [
    ['a cent at least', large, 1, 10_000],
    ['a cent for as long as its seconds come to less', large, 503, 10_000],
    ['each second beyond that', large, 505, 10_021],
    ['a second that has begun', large, 3600.001, 71_450],
    ['an hour as published', large, 3600, 71_430],
    ['a minute at least, where that is more than a cent', { ...minute, microdollarsPerHour: 1_000_000 }, 10, 16_667],
    ['nothing where machines are free', freeOfCharge, 100_000, 0],
    ['a cent when its clock is ahead of ours', large, -5, 10_000],
  ]
  for (const [why, price, seconds, microdollars] of table) {
    test(why, () => assert.equal(costOf(price, seconds), microdollars))
  }

  test('to the part: sums are rounded once', () => {
    const parts = Array.from({ length: 1000 }, () => chargeOf(large, 505))
    assert.equal(toMicrodollars(parts.reduce((sum, part) => sum + part, 0)), Math.ceil((505 * 71_430 * 1000) / 3600))
  })
})

describe('a month', () => {
  test('is a calendar month in UTC', () => {
    const { fromMs, toMs } = monthAt(Date.parse('2026-02-28T23:59:59.999Z'))
    assert.deepEqual(
      [new Date(fromMs).toISOString(), new Date(toMs).toISOString()],
      ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    )
    assert.equal(monthAt(Date.parse('2026-12-31T00:00:00Z')).toMs, Date.parse('2027-01-01T00:00:00Z'))
  })

  const march = monthAt(Date.parse('2026-03-10T00:00:00Z'))
  const april = monthAt(march.toMs)
  const over: Account = { price: large, fromMs: march.toMs - 7_200_000, toMs: march.toMs + 3_600_000 }

  test('holds the seconds that pass in it', () => {
    const nowMs = april.toMs
    assert.equal(toMicrodollars(chargeWithin(over, march, nowMs)), 142_860)
    assert.equal(toMicrodollars(chargeWithin(over, april, nowMs)), 71_430)
  })

  test('holds the minimum charge of the machines that begin in it', () => {
    const late: Account = { price: large, fromMs: march.toMs - 1000, toMs: march.toMs + 5000 }
    assert.equal(toMicrodollars(chargeWithin(late, march, april.toMs)), 10_000)
    assert.equal(chargeWithin(late, april, april.toMs), 0)
    const early = { ...late, fromMs: march.toMs }
    assert.equal(chargeWithin(early, march, april.toMs), 0)
    assert.equal(toMicrodollars(chargeWithin(early, april, april.toMs)), 10_000)
  })

  test('and the months of a machine add up to its whole charge, to the part', () => {
    const instants = fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2026-07-01T00:00:00Z') })
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 0, max: 5_000_000 }), (one, other, microdollarsPerHour) => {
        const account = { price: { ...minute, microdollarsPerHour }, fromMs: Math.min(one, other), toMs: Math.max(one, other) }
        let sum = 0
        for (let month = 0; month < 7; month += 1) sum += chargeWithin(account, monthAt(Date.UTC(2026, month, 15)), account.toMs)
        assert.equal(sum, chargeUntil(account, account.toMs))
      }),
    )
  })
})
