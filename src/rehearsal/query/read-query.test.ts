import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readQuery } from './read-query.ts'

const columns = ['country', 'first_public', 'base_count', 'study_accession', 'a', 'b', 'c']
const read = (text: string) => readQuery(text, column => columns.includes(column))
const equals = (column: string, value: string) => ({ kind: 'compare', column, sign: '=', value })

test('no query asks for everything', () => {
  assert.deepEqual(read('  '), { kind: 'all' })
})

test('AND binds closer than OR, NOT closer than AND, and brackets closest', () => {
  const [a, b, c] = [equals('a', '1'), equals('b', '2'), equals('c', '3')]
  assert.deepEqual(read('a=1 OR b=2 AND c=3'), { kind: 'or', left: a, right: { kind: 'and', left: b, right: c } })
  assert.deepEqual(read('(a=1 OR b=2) AND c=3'), { kind: 'and', left: { kind: 'or', left: a, right: b }, right: c })
  assert.deepEqual(read('NOT a=1 AND b=2'), { kind: 'and', left: { kind: 'not', of: a }, right: b })
})

test('taxa are asked for alone or with their subtree', () => {
  assert.deepEqual(read('tax_tree(620)'), { kind: 'taxon', taxId: 620, withSubtree: true })
  assert.deepEqual(read('tax_eq( 620 )'), { kind: 'taxon', taxId: 620, withSubtree: false })
  assert.deepEqual(read('tax_name("Shigella sonnei")'), { kind: 'named', name: 'Shigella sonnei' })
})

test('values with blanks stand in quotes; days and numbers need none', () => {
  assert.deepEqual(read('country="United Kingdom"'), equals('country', 'United Kingdom'))
  assert.deepEqual(read('first_public>=2024-01-31'), { kind: 'compare', column: 'first_public', sign: '>=', value: '2024-01-31' })
})

test('the whole query may stand in quotes', () => {
  assert.deepEqual(
    read('"study_accession=PRJEB1 OR study_accession=PRJEB2"'),
    read('study_accession=PRJEB1 OR study_accession=PRJEB2'),
  )
})

test('what cannot be read is refused with the reason', () => {
  assert.throws(() => read('nope=1'), { name: 'QueryError', message: 'Invalid field(s) supplied: nope' })
  for (const broken of ['a=', 'a', 'tax_tree(', 'tax_tree(Shigella)', 'geo_box(1)', '(a=1', 'a=1 b=2', 'a="1', 'AND', 'a=1 OR']) {
    assert.throws(() => read(broken), { name: 'QueryError' }, broken)
  }
})
