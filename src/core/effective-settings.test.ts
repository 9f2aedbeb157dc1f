import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applyOverrides, printSettings, readSetOrder, taxonKeys } from './effective-settings.ts'
import { Problem } from './problem.ts'
import { defaultTaxonSettings } from './taxon.ts'

const right: Record<string, [string, string]> = {
  'filters.strategy': ['WGS, WGA', 'WGS,WGA'],
  'filters.source': ['ANY', 'any'],
  'filters.layout': ['Paired,single', 'paired,single'],
  'filters.platform': ['ILLUMINA,OXFORD_NANOPORE', 'ILLUMINA,OXFORD_NANOPORE'],
  'filters.min_depth': ['12.5x', '12.5'],
  'filters.max_depth': ['0', '0'],
  'filters.human': ['yes', 'true'],
  genome_size: ['4.6M', '4600000'],
  recipe: ['fetch', 'fetch'],
  keep: ['Reads', 'reads'],
  batch_runs: ['1_000', '1000'],
  batch_bytes: ['50G', '50000000000'],
  open_runs: ['0', '0'],
  spend_dollars: ['25', '25'],
}

describe('set', () => {
  test('reads every key as people write it and stores it as we do', () => {
    assert.deepEqual(
      Object.keys(right),
      taxonKeys.map(key => key.name),
      'every key is tried',
    )
    const order = readSetOrder(Object.fromEntries(Object.entries(right).map(([key, [given]]) => [key, given])))
    assert.deepEqual(order.set, Object.fromEntries(Object.entries(right).map(([key, [, stored]]) => [key, stored])))
  })

  test('what is stored holds, and is printed as it was stored', () => {
    const stored = Object.fromEntries(Object.entries(right).map(([key, [, value]]) => [key, value]))
    const settings = applyOverrides(defaultTaxonSettings, stored)
    assert.deepEqual(Object.fromEntries(printSettings(settings).map(({ key, value }) => [key, value])), stored)
    assert.deepEqual(settings.filters, {
      strategies: ['WGS', 'WGA'],
      sources: [],
      layouts: ['paired', 'single'],
      platforms: ['ILLUMINA', 'OXFORD_NANOPORE'],
      minDepth: 12.5,
      maxDepth: 0,
      allowHuman: true,
    })
    assert.deepEqual([settings.genomeSizeBases, settings.recipe, settings.keep], [4_600_000, 'fetch', 'reads'])
  })

  test('an empty value lets the default hold again', () => {
    const order = readSetOrder({ genome_size: '' })
    assert.deepEqual([order.set, order.unset], [{}, ['genome_size']])
  })

  test('priority and scope are read, and are not among the stored settings', () => {
    const { set, priority, scope } = readSetOrder({ priority: '-5', scope: 'alone' })
    assert.deepEqual({ set, priority, scope }, { set: {}, priority: -5, scope: 'alone' })
  })

  const wrong: [string, string, RegExp][] = [
    ['genome_sise', '5M', /there is no setting genome_sise; did you mean genome_size\?/],
    ['filters.min_dept', '5', /did you mean filters\.min_depth\?/],
    ['prioritty', '5', /did you mean priority\?/],
    ['zzzzzzzz', '5', /there is no setting zzzzzzzz$/],
    ['genome_size', '0', /genome_size=0 is not right: genome_size is a whole number of at least 1/],
    ['genome_size', '-5', /genome_size=-5 is not right/],
    ['filters.layout', 'both', /filters\.layout is paired, single, between commas, or any/],
    ['filters.strategy', 'WGS,', /filters\.strategy=WGS, is not right/],
    ['filters.min_depth', 'much', /filters\.min_depth is a number of at least 0/],
    ['filters.human', 'perhaps', /filters\.human is true or false/],
    ['keep', 'nothing', /keep is one of reads, assembly, both/],
    ['recipe', '../etc', /recipe is a recipe's name/],
    ['priority', 'high', /priority is a whole number from -1000 to 1000/],
    ['scope', 'everything', /scope is one of subtree, alone/],
  ]
  for (const [key, value, message] of wrong) {
    test(`refuses ${key}=${value} and says why`, () => {
      assert.throws(
        () => readSetOrder({ [key]: value }),
        error => error instanceof Problem && error.code === 'bad-input' && message.test(error.message),
      )
    })
  }

  test('tells everything that is wrong at once', () => {
    assert.throws(() => readSetOrder({ keep: 'x', scope: 'y' }), /keep=x[^]*\n[^]*scope=y/)
  })
})

test('stored keys and values that this version does not know are passed over', () => {
  assert.deepEqual(applyOverrides(defaultTaxonSettings, { gone: '1', keep: 'everything' }), defaultTaxonSettings)
})

test('every key has a sentence, and what it prints it can read', () => {
  for (const key of taxonKeys) {
    assert.match(key.sentence, /^[A-Z].*\.$/)
    const printed = key.print(defaultTaxonSettings)
    assert.equal(key.tidy(printed), printed)
  }
})
