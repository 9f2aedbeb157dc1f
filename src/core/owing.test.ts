import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { oweRun, type Asking, type KnownDelivery, type Owed, type OwedAction, type OwedRun, type Wish } from './owing.ts'

const asking: Asking = { isTracked: true, isActive: true, priority: 0, recipe: 'assemble', lacking: [] }

function aWish(over: Partial<Omit<Wish, 'asking'>> & { asking?: Partial<Asking> } = {}): Wish {
  return { taxId: 562, verdict: 'accepted', isSkipped: false, deliveryId: null, ...over, asking: { ...asking, ...over.asking } }
}

function aDelivery(over: Partial<KnownDelivery> = {}): KnownDelivery {
  return {
    id: 'd1',
    revision: 'r1',
    recipe: 'assemble',
    identity: null,
    state: 'wanted',
    chargedTaxId: 562,
    reason: null,
    ...over,
  }
}

const run: OwedRun = { revision: 'r1', isWithdrawn: false }
const newId = () => 'new'
const owe = (wishes: Wish[], deliveries: KnownDelivery[] = [], of: OwedRun = run): Owed => oweRun(of, wishes, deliveries, newId)
const kinds = (owed: Owed): string[] => owed.actions.map(action => action.kind)
const drop = (over: Partial<Extract<OwedAction, { kind: 'drop' }>> = {}): OwedAction => ({
  kind: 'drop',
  id: 'd1',
  seen: 'wanted',
  reason: 'RUN_EXCLUDED',
  detail: '',
  ...over,
})

describe('what is owed for a run', () => {
  test('an accepted run is owed by the recipe of its taxon, charged to it, and its verdict points at it', () => {
    assert.deepEqual(owe([aWish()]), {
      actions: [{ kind: 'new', id: 'new', revision: 'r1', recipe: 'assemble', chargedTaxId: 562 }],
      pointers: [{ taxId: 562, deliveryId: 'new' }],
    })
  })

  test('nothing is owed for what is not accepted, is skipped, has no files, or is accepted by a removed taxon', () => {
    for (const verdict of ['unjudged', 'rejected', 'waiting'] as const) assert.deepEqual(owe([aWish({ verdict })]).actions, [])
    assert.deepEqual(owe([aWish({ isSkipped: true })]).actions, [])
    assert.deepEqual(owe([aWish()], [], { revision: null, isWithdrawn: false }).actions, [])
    assert.deepEqual(owe([aWish({ asking: { isTracked: false } })]).actions, [])
  })

  test('taxa of one recipe share a delivery, charged to the active one of highest priority, then lowest tax id', () => {
    const wishes = [
      aWish({ taxId: 1, asking: { priority: 9, isActive: false } }),
      aWish({ taxId: 3, asking: { priority: 5 } }),
      aWish({ taxId: 2, asking: { priority: 5 } }),
    ]
    const { actions, pointers } = owe(wishes)
    assert.deepEqual(actions, [{ kind: 'new', id: 'new', revision: 'r1', recipe: 'assemble', chargedTaxId: 2 }])
    assert.deepEqual(
      pointers.map(({ taxId }) => taxId),
      [1, 3, 2],
    )
  })

  test('taxa of different recipes are owed one delivery each', () => {
    const ids = ['n1', 'n2']
    const { actions } = oweRun(
      run,
      [aWish({ taxId: 1 }), aWish({ taxId: 2, asking: { recipe: 'fetch' } })],
      [],
      () => ids.shift() ?? '',
    )
    assert.deepEqual(
      actions.map(action => action.id),
      ['n1', 'n2'],
    )
  })

  test('another taxon that accepts the run joins the delivery that is open', () => {
    for (const state of ['wanted', 'batched'] as const) {
      const owed = owe([aWish({ taxId: 1, deliveryId: 'd1' }), aWish({ taxId: 2 })], [aDelivery({ state, chargedTaxId: 1 })])
      assert.deepEqual(owed, { actions: [], pointers: [{ taxId: 2, deliveryId: 'd1' }] })
    }
  })

  test('a wanted delivery moves to an active taxon when the one that pays is held back, and stays when nobody is active', () => {
    const paused = aWish({ taxId: 1, deliveryId: 'd1', asking: { isActive: false } })
    const known = [aDelivery({ chargedTaxId: 1 })]
    assert.deepEqual(owe([paused, aWish({ taxId: 2, deliveryId: 'd1' })], known).actions, [
      { kind: 'charge', id: 'd1', chargedTaxId: 2 },
    ])
    assert.deepEqual(owe([paused, aWish({ taxId: 2, deliveryId: 'd1', asking: { isActive: false } })], known).actions, [])
  })
})

describe('what is at home', () => {
  test('a holding satisfies every recipe, and one without a revision takes that of the first files seen', () => {
    const wishes = [aWish({ taxId: 1 }), aWish({ taxId: 2, asking: { recipe: 'fetch' } })]
    const held = aDelivery({ state: 'held', recipe: '*' })
    assert.deepEqual(owe(wishes, [held]).actions, [])
    assert.deepEqual(owe(wishes, [{ ...held, revision: '' }]).actions, [{ kind: 'describe', id: 'd1', revision: 'r1' }])
  })

  test('a holding of other files satisfies nothing', () => {
    assert.deepEqual(kinds(owe([aWish()], [aDelivery({ state: 'held', recipe: '*', revision: 'r0' })])), ['new'])
  })

  test('what is wanted is dropped when the group turns out to hold it; what has started goes on', () => {
    const held = aDelivery({ id: 'h', state: 'held', recipe: '*' })
    assert.deepEqual(owe([aWish({ deliveryId: 'd1' })], [aDelivery(), held]).actions, [drop({ reason: 'RUN_HELD' })])
    assert.deepEqual(owe([aWish({ deliveryId: 'd1' })], [aDelivery({ state: 'batched' }), held]).actions, [])
  })

  test('a taxon that has got the run is content after its recipe changed; another taxon of the new recipe is not', () => {
    const delivered = aDelivery({ state: 'delivered' })
    assert.deepEqual(owe([aWish({ deliveryId: 'd1', asking: { recipe: 'fetch' } })], [delivered]), { actions: [], pointers: [] })
    assert.deepEqual(kinds(owe([aWish({ taxId: 7, asking: { recipe: 'fetch' } })], [delivered])), ['new'])
  })

  test('what one taxon got satisfies another of the same recipe, unless it lacks some of what that one keeps', () => {
    const delivered = aDelivery({ state: 'delivered', identity: 'reads only' })
    assert.deepEqual(owe([aWish({ taxId: 7 })], [delivered]), { actions: [], pointers: [{ taxId: 7, deliveryId: 'd1' }] })
    assert.deepEqual(kinds(owe([aWish({ taxId: 7, asking: { lacking: ['reads only'] } })], [delivered])), ['new'])
  })

  test('while one that keeps too little is under way nothing is owed yet', () => {
    const batched = aDelivery({ state: 'batched', identity: 'reads only', chargedTaxId: 1 })
    const wishes = [aWish({ taxId: 1, deliveryId: 'd1' }), aWish({ taxId: 7, asking: { lacking: ['reads only'] } })]
    assert.deepEqual(owe(wishes, [batched]), { actions: [], pointers: [] })
  })

  test('a taxon that asks for more lets go of what was begun for it and keeps less, and is owed anew once that is at home', () => {
    const wish = aWish({ deliveryId: 'd1', asking: { lacking: ['reads only'] } })
    const begun = aDelivery({ state: 'batched', identity: 'reads only' })
    assert.deepEqual(owe([wish], [begun]), { actions: [], pointers: [{ taxId: 562, deliveryId: null }] })
    assert.deepEqual(owe([{ ...wish, deliveryId: null }], [begun]), { actions: [], pointers: [] })
    assert.deepEqual(kinds(owe([{ ...wish, deliveryId: null }], [{ ...begun, state: 'delivered' }])), ['new'])
    const putBack = owe([{ ...wish, deliveryId: null }], [{ ...begun, state: 'wanted' }])
    assert.deepEqual(putBack, { actions: [], pointers: [{ taxId: 562, deliveryId: 'd1' }] })
  })

  test('and what it had got before it asked for more goes on to satisfy it', () => {
    const wish = aWish({ deliveryId: 'd1', asking: { lacking: ['reads only'] } })
    const delivered = aDelivery({ state: 'delivered', identity: 'reads only' })
    assert.deepEqual(owe([wish], [delivered]), { actions: [], pointers: [] })
  })

  test('an older failure does not stand for what is under way and keeps too little', () => {
    const wish = aWish({ deliveryId: 'd1', asking: { lacking: ['reads only'] } })
    const known = [aDelivery({ id: 'd0', state: 'failed' }), aDelivery({ state: 'batched', identity: 'reads only' })]
    assert.deepEqual(owe([wish], known).pointers, [{ taxId: 562, deliveryId: null }])
  })

  test('a run that a person wants done again stays owed, though it is at home', () => {
    const known = [aDelivery({ id: 'old', state: 'delivered' }), aDelivery({ id: 'again' })]
    assert.deepEqual(owe([aWish({ deliveryId: 'again' })], known), { actions: [], pointers: [] })
  })
})

describe('changed files', () => {
  const changed: OwedRun = { revision: 'r2', isWithdrawn: false }

  test('are owed anew after a delivery', () => {
    assert.deepEqual(kinds(owe([aWish({ deliveryId: 'd1' })], [aDelivery({ state: 'delivered' })], changed)), ['new'])
  })

  test('supersede what is wanted or failed, and the drop comes before the new one', () => {
    const wanted = owe([aWish({ deliveryId: 'd1' })], [aDelivery()], changed)
    assert.deepEqual([wanted.actions[0], kinds(wanted)], [drop({ reason: 'RUN_SUPERSEDED' }), ['drop', 'new']])
    const failed = owe([aWish({ deliveryId: 'd1' })], [aDelivery({ state: 'failed', reason: 'ASM_LEN' })], changed)
    assert.deepEqual(failed.actions[0], drop({ seen: 'failed', reason: 'RUN_SUPERSEDED', detail: 'it had failed: ASM_LEN' }))
  })

  test('supersede even while another taxon has not judged the run, so that one recipe never has two open deliveries', () => {
    const wishes = [aWish({ deliveryId: 'd1' }), aWish({ taxId: 7, verdict: 'unjudged' })]
    assert.deepEqual(kinds(owe(wishes, [aDelivery()], changed)), ['drop', 'new'])
  })

  test('wait until what is under way is closed', () => {
    assert.deepEqual(owe([aWish({ deliveryId: 'd1' })], [aDelivery({ state: 'batched' })], changed), {
      actions: [],
      pointers: [],
    })
  })

  test('that change back revive what was dropped for them', () => {
    const known = [aDelivery({ state: 'dropped' }), aDelivery({ id: 'd2', revision: 'r2' })]
    assert.deepEqual(owe([aWish({ deliveryId: 'd2' })], known).actions, [
      drop({ id: 'd2', reason: 'RUN_SUPERSEDED' }),
      { kind: 'revive', id: 'd1', chargedTaxId: 562 },
    ])
  })
})

describe('what is no longer owed', () => {
  test('a failed run is not owed again by itself', () => {
    assert.deepEqual(owe([aWish({ deliveryId: 'd1' })], [aDelivery({ state: 'failed' })]), { actions: [], pointers: [] })
  })

  const cases: [string, Wish, OwedRun, string][] = [
    ['rejected since', aWish({ verdict: 'rejected', deliveryId: 'd1' }), run, 'RUN_EXCLUDED'],
    ['withdrawn', aWish({ verdict: 'rejected', deliveryId: 'd1' }), { ...run, isWithdrawn: true }, 'RUN_WITHDRAWN'],
    ['its taxon removed', aWish({ deliveryId: 'd1', asking: { isTracked: false } }), run, 'TAXON_REMOVED'],
    ['skipped by a person', aWish({ deliveryId: 'd1', isSkipped: true }), run, 'USER_SKIP'],
    ['another recipe', aWish({ deliveryId: 'd1', asking: { recipe: 'fetch' } }), run, 'RECIPE_CHANGED'],
  ]
  for (const [what, wish, of, reason] of cases) {
    test(`${what}: wanted and failed are dropped as ${reason}`, () => {
      for (const seen of ['wanted', 'failed'] as const) {
        const dropped = owe([wish], [aDelivery({ state: seen })], of).actions.find(action => action.kind === 'drop')
        assert.deepEqual([dropped?.reason, dropped?.seen], [reason, seen])
      }
    })
    test(`${what}: what has started ${reason === 'USER_SKIP' ? 'is dropped' : 'goes on'}`, () => {
      const dropped = owe([wish], [aDelivery({ state: 'batched' })], of).actions.some(action => action.kind === 'drop')
      assert.equal(dropped, reason === 'USER_SKIP')
    })
  }

  test('a skip for one taxon drops nothing that another one wants', () => {
    const wishes = [aWish({ taxId: 1, isSkipped: true, deliveryId: 'd1' }), aWish({ taxId: 2, deliveryId: 'd1' })]
    for (const state of ['wanted', 'batched'] as const)
      assert.deepEqual(owe(wishes, [aDelivery({ state, chargedTaxId: 2 })]).actions, [])
  })

  test('nothing is dropped while a taxon has not judged the run', () => {
    const wishes = [aWish({ taxId: 1, verdict: 'rejected', deliveryId: 'd1' }), aWish({ taxId: 2, verdict: 'unjudged' })]
    assert.deepEqual(owe(wishes, [aDelivery()]).actions, [])
  })

  test('what was dropped is revived when it is accepted again', () => {
    assert.deepEqual(owe([aWish({ deliveryId: 'd1' })], [aDelivery({ state: 'dropped' })]).actions, [
      { kind: 'revive', id: 'd1', chargedTaxId: 562 },
    ])
  })

  test('a skip ends what was begun for a taxon that is removed by now, unless somebody else waits for it', () => {
    const begun = [aDelivery({ state: 'batched' })]
    const skipped = aWish({ taxId: 1, isSkipped: true, deliveryId: 'd1', asking: { isTracked: false } })
    assert.deepEqual(owe([skipped], begun).actions, [drop({ seen: 'batched', reason: 'USER_SKIP' })])
    assert.deepEqual(owe([skipped, aWish({ taxId: 2, deliveryId: 'd1' })], begun).actions, [])
  })

  test('a skip ends what was begun at the charge of a taxon that asks for another recipe since, unless somebody waits for it', () => {
    const known = [aDelivery({ state: 'batched' }), aDelivery({ id: 'd2', recipe: 'fetch' })]
    const skipped = aWish({ isSkipped: true, deliveryId: 'd2', asking: { recipe: 'fetch' } })
    const ended = [drop({ seen: 'batched', reason: 'USER_SKIP' }), drop({ id: 'd2', reason: 'USER_SKIP' })]
    assert.deepEqual(owe([skipped], known).actions, ended)
    assert.deepEqual(owe([skipped, aWish({ taxId: 7, deliveryId: 'd1' })], known).actions, ended.slice(1))
    const removed = aWish({ taxId: 7, deliveryId: 'd1', asking: { isTracked: false } })
    assert.deepEqual(owe([skipped, removed], known).actions, ended.slice(1))
    assert.deepEqual(owe([{ ...skipped, isSkipped: false }], known).actions, [])
  })
})
