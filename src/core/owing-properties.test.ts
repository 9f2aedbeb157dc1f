import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { oweRun, type KnownDelivery, type Owed, type OwedAction, type Wish } from './owing.ts'

function made({ id, revision, recipe, chargedTaxId }: Extract<OwedAction, { kind: 'new' }>) {
  return { id, revision, recipe, chargedTaxId }
}

describe('whatever happened before', () => {
  const recipes = ['assemble', 'fetch']
  const ids = ['d0', 'd1', 'd2', 'd3']
  const aMoment = fc.record({
    run: fc.record({ revision: fc.constantFrom('r1', 'r2', null), isWithdrawn: fc.boolean() }),
    wishes: fc.uniqueArray(
      fc.record({
        taxId: fc.integer({ min: 1, max: 4 }),
        verdict: fc.constantFrom(
          'unjudged' as const,
          'accepted' as const,
          'accepted' as const,
          'rejected' as const,
          'waiting' as const,
        ),
        isSkipped: fc.boolean(),
        deliveryId: fc.constantFrom(null, ...ids),
        asking: fc.record({
          isTracked: fc.boolean(),
          isActive: fc.boolean(),
          priority: fc.integer({ min: 0, max: 2 }),
          recipe: fc.constantFrom(...recipes),
          lacking: fc.constantFrom([], ['i1']),
        }),
      }),
      { selector: wish => wish.taxId, maxLength: 4 },
    ),
    deliveries: fc
      .array(
        fc.record({
          revision: fc.constantFrom('r1', 'r2'),
          recipe: fc.constantFrom(...recipes),
          identity: fc.constantFrom(null, 'i1'),
          state: fc.constantFrom(
            'wanted' as const,
            'batched' as const,
            'delivered' as const,
            'failed' as const,
            'dropped' as const,
            'held' as const,
          ),
          chargedTaxId: fc.constantFrom(1, 2, null),
          reason: fc.constant(null),
        }),
        { maxLength: 4 },
      )
      .map(rows => rows.map((row, place) => ({ ...row, id: ids[place] ?? '' })))
      .filter(rows => hasNoDouble(rows)),
  })

  const openOf = (deliveries: readonly KnownDelivery[]) =>
    deliveries.filter(one => one.state === 'wanted' || one.state === 'batched')
  function hasNoDouble(deliveries: readonly KnownDelivery[]): boolean {
    const open = openOf(deliveries).map(one => one.recipe)
    return new Set(open).size === open.length
  }

  /** Does the actions one after the other; a double open delivery at any moment would be refused by the ledger. */
  function carryOut(
    moment: { wishes: Wish[]; deliveries: KnownDelivery[] },
    owed: Owed,
  ): { wishes: Wish[]; deliveries: KnownDelivery[] } {
    let deliveries = moment.deliveries
    for (const action of owed.actions) {
      const change = (over: Partial<KnownDelivery>) => deliveries.map(one => (one.id === action.id ? { ...one, ...over } : one))
      if (action.kind === 'drop') deliveries = change({ state: 'dropped' })
      else if (action.kind === 'revive') deliveries = change({ state: 'wanted', chargedTaxId: action.chargedTaxId })
      else if (action.kind === 'charge') deliveries = change({ chargedTaxId: action.chargedTaxId })
      else if (action.kind === 'describe') deliveries = change({ revision: action.revision })
      else deliveries = [...deliveries, { ...made(action), identity: null, state: 'wanted', reason: null }]
      assert.ok(hasNoDouble(deliveries), `two open deliveries after ${JSON.stringify(action)}`)
    }
    const pointers = new Map(owed.pointers.map(({ taxId, deliveryId }) => [taxId, deliveryId]))
    return {
      deliveries,
      wishes: moment.wishes.map(wish => ({
        ...wish,
        deliveryId: pointers.has(wish.taxId) ? (pointers.get(wish.taxId) ?? null) : wish.deliveryId,
      })),
    }
  }

  test('no recipe ever has two open deliveries, and done once is the same as done twice', () => {
    fc.assert(
      fc.property(aMoment, moment => {
        let count = 0
        const after = carryOut(
          moment,
          oweRun(moment.run, moment.wishes, moment.deliveries, () => `n${count++}`),
        )
        assert.deepEqual(
          oweRun(moment.run, after.wishes, after.deliveries, () => `n${count++}`),
          { actions: [], pointers: [] },
        )
      }),
      { numRuns: 3000 },
    )
  })

  test('afterwards every wish has its delivery, and whatever is wanted meets a wish', () => {
    fc.assert(
      fc.property(aMoment, moment => {
        let count = 0
        const after = carryOut(
          moment,
          oweRun(moment.run, moment.wishes, moment.deliveries, () => `n${count++}`),
        )
        const wants = after.wishes.filter(wish => wish.asking.isTracked && wish.verdict === 'accepted' && !wish.isSkipped)
        if (moment.run.revision === null) wants.length = 0
        for (const want of wants) {
          const target = after.deliveries.find(one => one.id === want.deliveryId)
          const isBlocked = after.deliveries.some(one => one.state === 'batched' && one.recipe === want.asking.recipe)
          assert.ok((target !== undefined && target.state !== 'dropped') || isBlocked)
        }
        const isUnknown =
          after.wishes.some(wish => wish.asking.isTracked && wish.verdict === 'unjudged') && !moment.run.isWithdrawn
        for (const one of after.deliveries.filter(delivery => delivery.state === 'wanted')) {
          assert.ok(isUnknown || wants.some(want => want.deliveryId === one.id), `${one.id} is wanted by nobody`)
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('what is at home is never touched, and what has started is dropped by a skip alone', () => {
    fc.assert(
      fc.property(aMoment, moment => {
        const { actions } = oweRun(moment.run, moment.wishes, moment.deliveries, () => 'new')
        const dropped = new Set<string>()
        for (const action of actions) {
          const state = moment.deliveries.find(one => one.id === action.id)?.state
          assert.notEqual(state, 'delivered')
          // Dropped by one taxon's skip, it may be owed again at once to another that accepts the run.
          if (state === 'batched' && !dropped.has(action.id)) assert.equal(action.kind === 'drop' && action.reason, 'USER_SKIP')
          if (action.kind === 'drop') dropped.add(action.id)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
