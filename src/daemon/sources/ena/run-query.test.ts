import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runQuery } from './run-query.ts'

test('a query names the taxon with its subtree or alone, and the days since which something happened', () => {
  assert.equal(runQuery({ taxId: 562, scope: 'subtree', since: undefined }), 'tax_tree(562)')
  assert.equal(runQuery({ taxId: 562, scope: 'alone', since: undefined }), 'tax_eq(562)')
  const since = runQuery({ taxId: 562, scope: 'subtree', since: '2024-01-31' })
  assert.equal(since, 'tax_tree(562) AND (last_updated>=2024-01-31 OR first_public>=2024-01-31)')
})

test('what is no tax id or no day never gets into a query', () => {
  for (const taxId of [0, -1, 1.5, NaN])
    assert.throws(() => runQuery({ taxId, scope: 'alone', since: undefined }), { code: 'bad-input' })
  for (const since of ['', 'yesterday', '2024-02-30'])
    assert.throws(() => runQuery({ taxId: 1, scope: 'alone', since }), { code: 'bad-input' })
})
