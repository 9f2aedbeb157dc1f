import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pagesPerPass, plan, runsPerPage, type Seen } from './plan.ts'

function aTaxon(over: Partial<Seen['taxa'][number]> = {}): Seen['taxa'][number] {
  return { taxId: 562, priority: 0, standing: 's1', isNew: false, isOutdated: false, unjudged: 0, ...over }
}

test('nothing is planned for taxa that stand as they should', () => {
  assert.deepEqual(plan({ taxa: [aTaxon()] }), [])
})

test('a taxon never gone through begins, and its runs are judged', () => {
  assert.deepEqual(plan({ taxa: [aTaxon({ isNew: true, unjudged: 3 })] }), [
    { kind: 'begin', taxId: 562, standing: 's1' },
    { kind: 'judge', taxId: 562, pages: 1 },
  ])
})

test('new runs go before old ones that are gone through anew', () => {
  const actions = plan({ taxa: [aTaxon({ taxId: 1, isOutdated: true, priority: 9 }), aTaxon({ taxId: 2, unjudged: 1 })] })
  assert.deepEqual(actions, [
    { kind: 'judge', taxId: 2, pages: 1 },
    { kind: 'walk', taxId: 1, standing: 's1', pages: pagesPerPass - 1 },
  ])
})

test('no large taxon keeps a small one waiting, even one of lower priority', () => {
  const large = aTaxon({ taxId: 1, priority: 9, unjudged: 10 * pagesPerPass * runsPerPage })
  const actions = plan({ taxa: [large, aTaxon({ taxId: 2, unjudged: 2 * runsPerPage })] })
  assert.deepEqual(actions, [
    { kind: 'judge', taxId: 1, pages: pagesPerPass - 2 },
    { kind: 'judge', taxId: 2, pages: 2 },
  ])
})

test('one pass never does more than its share, and something whenever there is something', () => {
  const taxon = fc.record({
    taxId: fc.integer({ min: 1, max: 1_000_000 }),
    priority: fc.integer({ min: -2, max: 2 }),
    standing: fc.constant('s1'),
    isNew: fc.boolean(),
    isOutdated: fc.boolean(),
    unjudged: fc.integer({ min: 0, max: 300_000 }),
  })
  fc.assert(
    fc.property(fc.uniqueArray(taxon, { selector: one => one.taxId, maxLength: 200 }), taxa => {
      const actions = plan({ taxa })
      const pages = actions.reduce((sum, action) => sum + (action.kind === 'begin' ? 0 : action.pages), 0)
      assert.ok(pages <= pagesPerPass)
      assert.equal(
        pages > 0,
        taxa.some(one => one.unjudged > 0 || one.isOutdated),
      )
    }),
  )
})
