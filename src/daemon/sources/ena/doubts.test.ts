import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Doubts } from './doubts.ts'

function times(count: number, act: () => void): void {
  for (let time = 0; time < count; time++) act()
}

test('a few rows that come again are an oddity; five in succession, or many, are an answer that repeats itself', () => {
  const scattered = new Doubts('GET x')
  times(1000, () => scattered.sawRun())
  times(15, () => {
    scattered.sawRepeat()
    scattered.sawRun()
  })
  assert.throws(() => times(2, () => scattered.sawRepeat()), {
    code: 'broken-answer',
    message: /^GET x: the answer repeats itself/,
  })
  const inSuccession = new Doubts('GET x')
  times(1000, () => inSuccession.sawRun())
  times(4, () => inSuccession.sawRepeat())
  assert.throws(() => inSuccession.sawRepeat(), { code: 'broken-answer' })
})

test('lines that name no run are allowed in proportion', () => {
  const small = new Doubts('GET x')
  times(10, () => small.sawGarbledLine('why'))
  assert.throws(() => small.sawGarbledLine('the reason'), { code: 'broken-answer', message: /the reason/ })
  const large = new Doubts('GET x')
  times(100_000, () => large.sawRun())
  times(110, () => large.sawGarbledLine('why'))
  assert.throws(() => large.sawGarbledLine('why'), { code: 'broken-answer' })
})

test('no more rows are asked for again than a few requests can bring', () => {
  const doubts = new Doubts('GET x')
  times(2000, () => doubts.sawBrokenRow('why'))
  assert.throws(() => doubts.sawBrokenRow('why'), { code: 'broken-answer', message: /2001 rows cannot be read/ })
})

test('an answer of bad rows alone is refused, unless their runs were had in another way', () => {
  const doubts = new Doubts('GET x')
  doubts.sawBrokenRow('why')
  doubts.sawEnd(1)
  assert.throws(() => doubts.sawEnd(0), { code: 'broken-answer', message: /none of 1 rows can be read/ })
  new Doubts('GET x').sawEnd(0)
})
