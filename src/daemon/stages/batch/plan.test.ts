import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Batched, type Seen, type TaxonSeen, type Wanted } from './plan.ts'

function aBatched(over: Partial<Batched> = {}): Batched {
  return {
    id: 'd1',
    runAccession: 'ERR000001',
    strikes: 0,
    alone: false,
    memoryStep: 0,
    superseded: false,
    unwanted: false,
    outcome: 'none',
    proved: false,
    reason: '',
    detail: '',
    cure: 'retry',
    ...over,
  }
}

function aWanted(over: Partial<Wanted> = {}): Wanted {
  return {
    id: 'w1',
    recipe: 'assemble',
    bytes: 100,
    bases: 1000,
    alone: false,
    memoryStep: 0,
    chargedTaxId: 562,
    activeTaxIds: over.taxIds ?? [562],
    taxIds: over.activeTaxIds ?? [562],
    ...over,
  }
}

function aTaxon(over: Partial<TaxonSeen> = {}): TaxonSeen {
  return { batched: 0, openRuns: 0, batchRuns: 0, batchBytes: 0, recipe: 'assemble', keep: 'both', ...over }
}

function aSeen(over: Partial<Seen> = {}): Seen {
  return {
    batches: [],
    wanted: [],
    taxa: new Map([[562, aTaxon()]]),
    recipes: new Set(['assemble', 'fetch']),
    toldOfRecipe: [],
    freeDiskBytes: undefined,
    liveBytes: [],
    adopting: false,
    ...over,
  }
}

const policy = { ...defaultPolicy, memorySizesGb: [8, 16], maxStrikes: 3 }
const batch = (state: Seen['batches'][number]['state'], deliveries: Batched[]) => ({
  id: 'b1',
  state,
  recipe: 'assemble',
  memoryGb: 8,
  chargedTaxId: 562,
  bytes: 100,
  isShort: false,
  deliveries,
})

test('a finished batch with nothing left in it is settled, and so is a queued one', () => {
  for (const state of ['finished', 'queued'] as const) {
    assert.deepEqual(plan(aSeen({ batches: [batch(state, [])] }), policy), [{ kind: 'settle', batchId: 'b1', seen: state }])
  }
})

test('a batch that works is left alone, and so is a run whose manifest was heard of', () => {
  assert.deepEqual(plan(aSeen({ batches: [batch('started', [aBatched()])] }), policy), [])
  assert.deepEqual(plan(aSeen({ batches: [batch('finished', [aBatched({ outcome: 'done' })])] }), policy), [])
})

test('a failed run is resolved while its batch still works', () => {
  const [action] = plan(
    aSeen({ batches: [batch('started', [aBatched({ outcome: 'failed', reason: 'ASM_NO_CONTIGS', cure: 'none' })])] }),
    policy,
  )
  assert.equal(action?.kind === 'resolve' && action.resolution.event, 'fail')
})

test('a run on which the agent closed without a word gets a strike', () => {
  const [action] = plan(aSeen({ batches: [batch('finished', [aBatched()])] }), policy)
  assert.deepEqual(action?.kind === 'resolve' && action.resolution, {
    event: 'putBack',
    strikes: 1,
    alone: false,
    memoryStep: 0,
    detail: 'WORK_LOST the agent closed without a word on it',
  })
})

test('in a queued batch a suspect is taken out to be tried alone, and one with all strikes is failed', () => {
  const others = [aBatched({ id: 'd2' })]
  const [apart] = plan(aSeen({ batches: [batch('queued', [aBatched({ strikes: 2 }), ...others])] }), policy)
  assert.ok(
    apart?.kind === 'resolve' && apart.deliveryId === 'd1' && apart.resolution.event === 'putBack' && apart.resolution.alone,
  )
  const [failed] = plan(aSeen({ batches: [batch('queued', [aBatched({ strikes: 3 }), ...others])] }), policy)
  assert.ok(failed?.kind === 'resolve' && failed.resolution.event === 'fail' && failed.resolution.reason === 'WORK_LOST')
})

test('what a cancelled batch held is put back without a strike, even what was announced', () => {
  const [action] = plan(aSeen({ batches: [batch('cancelled', [aBatched({ outcome: 'done' })])] }), policy)
  assert.ok(action?.kind === 'resolve' && action.resolution.event === 'putBack' && action.resolution.strikes === 0)
})

test('files that changed in the archive supersede a delivery that waits in a queued batch', () => {
  const [action] = plan(aSeen({ batches: [batch('queued', [aBatched({ superseded: true })])] }), policy)
  assert.ok(action?.kind === 'resolve' && action.resolution.event === 'drop' && action.resolution.reason === 'RUN_SUPERSEDED')
})

test('after a restore nothing is batched and nothing is closed, before every machine has told what it works on', () => {
  assert.deepEqual(plan(aSeen({ wanted: [aWanted()], adopting: true }), policy), [])
  const batches = [batch('finished', [aBatched()]), batch('queued', [])]
  assert.equal(plan(aSeen({ batches }), policy).length, 2)
  assert.deepEqual(plan(aSeen({ batches, adopting: true }), policy), [])
})

test('a wish of a taxon that is held back is charged to another that accepts it', () => {
  const taxa = new Map([[561, aTaxon()]])
  const [action] = plan(aSeen({ wanted: [aWanted({ activeTaxIds: [561] })], taxa }), policy)
  assert.equal(action?.kind === 'take' && action.chargedTaxId, 561)
})

test('a taxon works on no more runs at once than it may', () => {
  const taxa = new Map([[562, aTaxon({ batched: 1, openRuns: 2 })]])
  const actions = plan(aSeen({ wanted: [aWanted(), aWanted({ id: 'w2' })], taxa }), policy)
  assert.deepEqual(
    actions.flatMap(action => (action.kind === 'take' ? action.deliveries.map(one => one.id) : [])),
    ['w1'],
  )
})

test('taxa that share a delivery and keep different things get both', () => {
  const taxa = new Map([
    [561, aTaxon({ keep: 'reads' })],
    [562, aTaxon({ keep: 'assembly' })],
  ])
  const [action] = plan(aSeen({ wanted: [aWanted({ activeTaxIds: [561, 562] })], taxa }), policy)
  assert.equal(action?.kind === 'take' && action.keep, 'both')
})

test('a delivery that ran out of memory is batched for the next larger machine', () => {
  const [action] = plan(aSeen({ wanted: [aWanted({ memoryStep: 1 })] }), policy)
  assert.equal(action?.kind === 'take' && action.memoryGb, 16)
})

test('and so does one that shares it with a taxon that is held back', () => {
  const taxa = new Map([
    [561, aTaxon({ keep: 'both' })],
    [562, aTaxon({ keep: 'reads' })],
  ])
  const [action] = plan(aSeen({ wanted: [aWanted({ activeTaxIds: [562], taxIds: [561, 562] })], taxa }), policy)
  assert.deepEqual(action?.kind === 'take' && [action.keep, action.chargedTaxId], ['both', 562])
})

test('what nobody asks for any more is put back out of a queued batch without a strike, and is left where work has begun', () => {
  const unwanted = aBatched({ unwanted: true, strikes: 1, memoryStep: 1 })
  const [action] = plan(aSeen({ batches: [batch('queued', [unwanted])] }), policy)
  assert.deepEqual(action?.kind === 'resolve' && action.resolution, {
    event: 'putBack',
    strikes: 1,
    alone: false,
    memoryStep: 1,
    detail: 'no taxon asks for it as it was batched',
  })
  for (const state of ['assigned', 'started'] as const)
    assert.deepEqual(plan(aSeen({ batches: [batch(state, [unwanted])] }), policy), [])
  assert.deepEqual(plan(aSeen({ batches: [batch('queued', [{ ...unwanted, outcome: 'done' }])] }), policy), [])
})

test('a person is told once of a taxon whose recipe is gone, nothing is begun by it, and what waits by it is put back', () => {
  const taxa = new Map([[562, aTaxon({ recipe: 'mine' })]])
  const lost = { ...batch('queued', [aBatched()]), recipe: 'mine' }
  const seen = aSeen({ taxa, wanted: [aWanted({ recipe: 'mine' })], batches: [lost] })
  const [putBack, ...others] = plan(seen, policy)
  assert.ok(putBack?.kind === 'resolve' && putBack.resolution.event === 'putBack')
  assert.deepEqual(others, [{ kind: 'recipe-missing', taxId: 562, recipe: 'mine' }])
  assert.deepEqual(plan({ ...seen, batches: [], toldOfRecipe: [562] }, policy), [])
})

test('and that ends when the recipe is back, another one is set, or the taxon is no longer tracked', () => {
  const told = { toldOfRecipe: [562] }
  const ended = [{ kind: 'recipe-back', taxId: 562 }]
  assert.deepEqual(plan(aSeen(told), policy), ended)
  assert.deepEqual(plan(aSeen({ ...told, taxa: new Map() }), policy), ended)
})

test('batches are no larger than what all workers together have disk for', () => {
  const wanted = ['w1', 'w2', 'w3', 'w4'].map(id => aWanted({ id, bytes: 100 }))
  const sizes = (freeDiskBytes: number | undefined) =>
    plan(aSeen({ wanted, freeDiskBytes }), { ...policy, maxWorkers: 2 }).map(
      action => action.kind === 'take' && action.deliveries.length,
    )
  assert.deepEqual(sizes(undefined), [4])
  assert.deepEqual(sizes(200 * 15 * 2), [2, 2])
  assert.deepEqual(sizes(10), [1, 1, 1, 1])
})

test('a disk that is full of what live workers work on splits nothing: what they reserved counts as free', () => {
  const wanted = ['w1', 'w2', 'w3', 'w4'].map(id => aWanted({ id, bytes: 100 }))
  const sizes = (over: Partial<Seen>) =>
    plan(aSeen({ wanted, ...over }), { ...policy, maxWorkers: 2 }).map(
      action => action.kind === 'take' && action.deliveries.length,
    )
  assert.deepEqual(sizes({ freeDiskBytes: 10, liveBytes: [200, 200] }), [2, 2])
  assert.deepEqual(sizes({ freeDiskBytes: 200 * 15, liveBytes: [200] }), [2, 2])
  assert.deepEqual(sizes({ freeDiskBytes: undefined, liveBytes: [1, 1] }), [4])
})

test('while workers are alive and the disk has not even half the room that is usual, nothing is taken', () => {
  const wanted = ['w1', 'w2'].map(id => aWanted({ id, bytes: 100 }))
  const seen = aSeen({ wanted, freeDiskBytes: 100 * 15, liveBytes: [800] })
  assert.equal(plan(seen, { ...policy, maxWorkers: 2 }).length, 1)
  assert.deepEqual(plan({ ...seen, liveBytes: [800] }, { ...policy, maxWorkers: 3 }), [])
  const ofSmallBatches = { ...seen, taxa: new Map([[562, aTaxon({ batchBytes: 200 })]]) }
  assert.equal(plan(ofSmallBatches, { ...policy, maxWorkers: 3 }).length, 1)
})

test('a batch that gets no machine and is larger than the whole free disk is put back, once no worker is alive, to be packed smaller', () => {
  const two = [aBatched(), aBatched({ id: 'd2', runAccession: 'ERR000002' })]
  const queued = { ...batch('queued', two), isShort: true }
  const full = { freeDiskBytes: 99 * 15 }
  const events = (over: Partial<Seen>) =>
    plan(aSeen({ batches: [queued], ...full, ...over }), policy).map(
      action => action.kind === 'resolve' && [action.deliveryId, action.resolution.event],
    )
  assert.deepEqual(events({}), [
    ['d1', 'putBack'],
    ['d2', 'putBack'],
  ])
  assert.deepEqual(events({ freeDiskBytes: 100 * 15 }), [])
  assert.deepEqual(events({ liveBytes: [1] }), [])
  assert.deepEqual(events({ batches: [{ ...queued, isShort: false }] }), [])
  assert.deepEqual(events({ batches: [{ ...queued, deliveries: [aBatched()] }] }), [])
})
