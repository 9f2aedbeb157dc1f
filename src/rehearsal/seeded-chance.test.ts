import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inventMd5, makeDraw, mix, pickWeighted, shuffled } from './seeded-chance.ts'

test('a shuffle visits every place once, in an order of its own for each seed', () => {
  for (const count of [0, 1, 2, 3, 10, 97, 1000, 4096]) {
    const order = [...shuffled(count, 5)]
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
    )
  }
  assert.notDeepEqual([...shuffled(1000, 1)], [...shuffled(1000, 2)])
  assert.deepEqual([...shuffled(1000, 1)], [...shuffled(1000, 1)])
})

test('the same seed draws the same numbers, spread over the whole range', () => {
  const first = Array.from({ length: 2000 }, makeDraw(9))
  assert.deepEqual(first, Array.from({ length: 2000 }, makeDraw(9)))
  const mean = first.reduce((sum, drawn) => sum + drawn, 0) / first.length
  assert.ok(mean > 0.45 && mean < 0.55, `mean of ${mean}`)
  assert.ok(first.every(drawn => drawn >= 0 && drawn < 1))
})

test('neighbouring numbers mix to bits that have nothing in common', () => {
  const mixed = new Set(Array.from({ length: 10_000 }, (_, i) => mix(1, i)))
  assert.ok(mixed.size > 9990)
})

test('invented sums look like MD5 and hardly ever meet', () => {
  const sums = Array.from({ length: 20_000 }, (_, i) => inventMd5(i, 0))
  assert.match(sums[0] ?? '', /^[0-9a-f]{32}$/)
  assert.equal(new Set(sums).size, sums.length)
})

test('weights decide how often each choice is picked', () => {
  const draw = makeDraw(4)
  const picked = Array.from({ length: 4000 }, () =>
    pickWeighted(
      [
        ['often', 3],
        ['seldom', 1],
      ] as const,
      draw(),
    ),
  )
  const often = picked.filter(choice => choice === 'often').length
  assert.ok(often > 2800 && often < 3200, `${often} of 4000`)
})
