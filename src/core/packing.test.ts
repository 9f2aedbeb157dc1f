import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { expectedWork, packDeliveries, type Deliverable } from './packing.ts'

const limits = { runs: 5, bytes: 1000 }

const deliverables = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 1, max: 1500 }),
      bases: fc.option(fc.integer({ min: 1, max: 100_000_000 }), { nil: undefined }),
      memoryGb: fc.constantFrom(8, 16),
      alone: fc.boolean(),
      chargedTaxId: fc.constantFrom(561, 562),
      recipe: fc.constantFrom('fetch', 'assemble'),
      keep: fc.constantFrom('both', 'reads'),
    }),
    { maxLength: 60 },
  )
  .map(list => list.map((one, index): Deliverable => ({ ...one, id: `d${index}` })))

test('every delivery is packed exactly once', () => {
  fc.assert(
    fc.property(deliverables, list => {
      const packed = packDeliveries(list, () => limits).flatMap(pack => pack.map(delivery => delivery.id))
      assert.deepEqual(packed.sort(), list.map(delivery => delivery.id).sort())
    }),
  )
})

test('no pack breaks a cap, mixes recipes, taxa, sizes or keeps, or puts a suspect beside another', () => {
  fc.assert(
    fc.property(deliverables, list => {
      for (const pack of packDeliveries(list, () => limits)) {
        const bytes = pack.reduce((sum, delivery) => sum + delivery.bytes, 0)
        assert.ok(pack.length <= limits.runs)
        assert.ok(bytes <= limits.bytes || pack.length === 1)
        assert.ok(pack.length === 1 || pack.every(delivery => !delivery.alone))
        const kinds = new Set(
          pack.map(delivery => JSON.stringify([delivery.chargedTaxId, delivery.recipe, delivery.keep, delivery.memoryGb])),
        )
        assert.equal(kinds.size, 1)
      }
    }),
  )
})

test('two packs with room for one another finish together: they differ by no more than the heaviest run', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90_000_000 }), { minLength: 2, maxLength: 40 }), bases => {
      const list = bases.map((one, index): Deliverable => ({
        id: `d${index}`,
        bytes: 1,
        bases: one,
        memoryGb: 8,
        alone: false,
        chargedTaxId: 1,
        recipe: 'fetch',
        keep: 'both',
      }))
      // One run fewer than there are: two packs, and the cap never decides where a run goes.
      const packs = packDeliveries(list, () => ({ runs: list.length - 1, bytes: 1000 }))
      assert.equal(packs.length, 2)
      const [one = 0, other = 0] = packs.map(pack => pack.reduce((sum, delivery) => sum + expectedWork(delivery), 0))
      assert.ok(Math.abs(one - other) <= Math.max(...list.map(expectedWork)))
    }),
  )
})

test('what is larger than a whole batch goes alone', () => {
  const list: Deliverable[] = [
    { id: 'monster', bytes: 5000, bases: 1, memoryGb: 8, alone: false, chargedTaxId: 1, recipe: 'fetch', keep: 'both' },
    { id: 'small', bytes: 10, bases: 1, memoryGb: 8, alone: false, chargedTaxId: 1, recipe: 'fetch', keep: 'both' },
  ]
  assert.deepEqual(
    packDeliveries(list, () => limits).map(pack => pack.map(delivery => delivery.id)),
    [['monster'], ['small']],
  )
})
