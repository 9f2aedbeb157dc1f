import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  capReached,
  emptyPurse,
  isSoftCapReached,
  noCaps,
  renewalFor,
  reserveFor,
  restOf,
  setAside,
  type Budget,
} from './budget.ts'
import { freeOfCharge, partsPerMicrodollar, type Price } from './cost.ts'

const price: Price = { microdollarsPerHour: 71_430, minimumSeconds: 60, minimumMicrodollars: 10_000 }
const policy = { bootSeconds: 600, deadlineSeconds: 43_200 }
const dollar = 1_000_000

function purse(spentDollars: number, reservedDollars: number) {
  return { spent: spentDollars * dollar * partsPerMicrodollar, reserved: reservedDollars * dollar * partsPerMicrodollar }
}

function aBudget(all = emptyPurse, taxon = emptyPurse): Budget {
  return { all, taxa: new Map([[562, taxon]]) }
}

describe('what is set aside before a machine is asked for', () => {
  test('pays for boot, deadline and collection', () => {
    assert.equal(reserveFor(price, policy, { ...noCaps, collectionSeconds: 86_400 }), Math.ceil((130_200 * 71_430) / 3600))
  })

  test('is the minimum charge at least, and nothing where machines are free', () => {
    assert.equal(reserveFor(price, { bootSeconds: 1, deadlineSeconds: 1 }, { ...noCaps, collectionSeconds: 1 }), 10_000)
    assert.equal(reserveFor(freeOfCharge, policy, noCaps), 0)
  })

  test('is drawn on by every machine of the attempt, and never less than nothing is left', () => {
    assert.equal(restOf(10, 4 * partsPerMicrodollar), 6 * partsPerMicrodollar)
    assert.equal(restOf(10, 40 * partsPerMicrodollar), 0)
  })

  test('is renewed for the time of a collection, without another minimum charge', () => {
    assert.equal(renewalFor(price, { ...noCaps, collectionSeconds: 36 }), Math.ceil((36 * 71_430) / 3600))
  })
})

describe('a hard cap', () => {
  const wish = { taxId: 562, microdollars: 2 * dollar }
  const month = (dollars: number) => ({ ...noCaps, monthMicrodollars: dollars * dollar })

  const table: [why: string, budget: Budget, capDollars: number, isReached: boolean][] = [
    ['leaves room for a wish that fits exactly', aBudget(purse(5, 3)), 10, false],
    ['stops what is a millionth too much', aBudget({ ...purse(5, 3), spent: purse(5, 0).spent + 1 }), 10, true],
    ['counts what is set aside as if it were spent', aBudget(purse(0, 9)), 10, true],
    ['stops everything that is larger than itself', aBudget(), 1, true],
    ['has room in a month that begins', aBudget(purse(0, 0)), 2, false],
  ]
  for (const [why, budget, capDollars, isReached] of table) {
    test(`of the month ${why}`, () =>
      assert.equal(capReached(budget, wish, month(capDollars), undefined) !== undefined, isReached))
  }

  test('of a taxon stops that taxon alone', () => {
    const budget = aBudget(purse(9, 0), purse(4, 0))
    assert.equal(capReached(budget, wish, noCaps, 5 * dollar)?.cap, 'taxon')
    assert.equal(capReached(budget, { ...wish, taxId: 620 }, noCaps, 5 * dollar), undefined)
  })

  test('tells its figures', () => {
    assert.deepEqual(capReached(aBudget(purse(9, 1)), wish, month(11), undefined), {
      cap: 'month',
      taxId: 562,
      capMicrodollars: 11 * dollar,
      spentMicrodollars: 9 * dollar,
      reservedMicrodollars: dollar,
      wishedMicrodollars: 2 * dollar,
    })
  })

  test('is none where none is set, and stops no machine that is free', () => {
    assert.equal(capReached(aBudget(purse(900, 900)), wish, noCaps, undefined), undefined)
    assert.equal(capReached(aBudget(purse(900, 0)), { taxId: 562, microdollars: 0 }, month(1), dollar), undefined)
  })

  test('is met by several wishes of one pass together', () => {
    const after = setAside(aBudget(purse(5, 0), purse(1, 0)), wish)
    assert.deepEqual([after.all, after.taxa.get(562)], [purse(5, 2), purse(1, 2)])
    assert.equal(capReached(after, wish, month(8), undefined)?.cap, 'month')
  })
})

test('the soft cap is reached by what is spent, not by what is set aside', () => {
  const spend = { ...noCaps, monthSoftMicrodollars: 5 * dollar }
  assert.equal(isSoftCapReached(aBudget(purse(4, 100)), spend), false)
  assert.equal(isSoftCapReached(aBudget(purse(5, 0)), spend), true)
  assert.equal(isSoftCapReached(aBudget(purse(5, 0)), noCaps), false)
})
