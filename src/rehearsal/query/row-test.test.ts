import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellTest } from './row-test.ts'

const passes = (column: string, sign: '=' | '!=' | '>=' | '<=' | '>' | '<', value: string, cell: string) =>
  cellTest({ kind: 'compare', column, sign, value })(cell)

test('numbers are compared by size and days by date', () => {
  assert.equal(passes('base_count', '>=', '900', '1000'), true)
  assert.equal(passes('base_count', '<', '900', '1000'), false)
  assert.equal(passes('last_updated', '>=', '2024-01-01', '2023-12-31'), false)
  assert.equal(passes('last_updated', '<=', '2024-01-01', '2024-01-01'), true)
  assert.equal(passes('last_updated', '>', '2024-01-01', '2024-01-01'), false)
})

test('an empty cell is neither more nor less than anything', () => {
  assert.equal(passes('base_count', '>=', '0', ''), false)
  assert.equal(passes('base_count', '<', '10', ''), false)
})

test('text is compared without regard to case, and a star stands for anything', () => {
  assert.equal(passes('country', '=', 'kenya', 'Kenya'), true)
  assert.equal(passes('sample_alias', '=', 'iso*-7', 'isolate-7'), true)
  assert.equal(passes('sample_alias', '=', 'iso*-7', 'isolate-78'), false)
  assert.equal(passes('sample_alias', '=', 'a.c*', 'abc'), false)
  assert.equal(passes('country', '!=', 'Kenya', 'Peru'), true)
})
