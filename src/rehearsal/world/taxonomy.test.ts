import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Taxonomy } from './taxonomy.ts'

function shigellas(): Taxonomy {
  return new Taxonomy([
    { id: 624, parent: 620, name: 'Shigella sonnei', synonyms: ['Bacterium sonnei'] },
    { id: 620, parent: 543, name: 'Shigella', rank: 'genus' },
    { id: 623, parent: 620, name: 'Shigella flexneri', merged: [42, 43] },
    { id: 543, name: 'Enterobacteriaceae', rank: 'family' },
  ])
}

test('a subtree holds the taxon and all below it, in whatever order they were listed', () => {
  assert.deepEqual([...shigellas().subtree(543)].sort(), [543, 620, 623, 624])
  assert.deepEqual([...shigellas().subtree(624)], [624])
  assert.deepEqual([...shigellas().subtree(99)], [])
})

test('the lineage names what lies above, from the top', () => {
  assert.deepEqual(shigellas().lineage(624), ['Enterobacteriaceae', 'Shigella'])
  assert.deepEqual(shigellas().lineage(543), [])
})

test('a merged id leads to the taxon it was merged into, through any number of merges', () => {
  const taxa = shigellas()
  assert.equal(taxa.current(42), 623)
  taxa.merge(623, 624)
  assert.equal(taxa.current(42), 624)
  assert.deepEqual(taxa.mergedTo(624), [42, 43, 623])
  assert.equal(taxa.find(623), undefined)
})

test('what hung below a merged taxon hangs below the other', () => {
  const taxa = shigellas()
  taxa.merge(620, 543)
  assert.deepEqual([...taxa.subtree(543)].sort(), [543, 623, 624])
})

test('a deleted taxon is unknown, and its children move up', () => {
  const taxa = shigellas()
  taxa.delete(620)
  assert.equal(taxa.find(620), undefined)
  assert.deepEqual([...taxa.subtree(543)].sort(), [543, 623, 624])
  assert.equal(taxa.isDeleted(620), true)
})

test('names are found whatever the case of their letters; synonyms only when any name will do', () => {
  const taxa = shigellas()
  assert.deepEqual(
    taxa.named('shigella SONNEI', false).map(taxon => taxon.id),
    [624],
  )
  assert.deepEqual(taxa.named('Bacterium sonnei', false), [])
  assert.deepEqual(
    taxa.named('bacterium sonnei', true).map(taxon => taxon.id),
    [624],
  )
  assert.deepEqual(
    taxa.beginningWith('shig').map(taxon => taxon.id),
    [620, 623, 624],
  )
})

test('a taxon whose parent is nowhere is refused', () => {
  assert.throws(() => new Taxonomy([{ id: 5, parent: 4, name: 'Lost' }]), /hangs below 4/)
  assert.throws(
    () =>
      new Taxonomy([
        { id: 5, name: 'A' },
        { id: 5, name: 'B' },
      ]),
    /already/,
  )
})
