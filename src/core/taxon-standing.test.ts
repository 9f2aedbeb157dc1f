import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTaxonSettings, type TaxonSettings } from './taxon.ts'
import { standingOf } from './taxon-standing.ts'

function standingWith(settings: Partial<TaxonSettings>): string {
  const taxon = { taxId: 562, resolvedTaxId: 562, scope: 'subtree' as const, isTracked: true, reach: { kind: 'all' as const } }
  return standingOf({ ...taxon, settings: { ...defaultTaxonSettings, ...settings } }).standing
}

test('what is asked of the runs, the recipe and what is kept make the standing, and how work is shared out does not', () => {
  const before = standingWith({})
  assert.notEqual(standingWith({ keep: 'reads' }), before)
  assert.notEqual(standingWith({ recipe: 'fetch' }), before)
  assert.notEqual(standingWith({ genomeSizeBases: 1 }), before)
  assert.equal(standingWith({ batchRuns: 3, batchBytes: 9, openRuns: 2 }), before)
})
