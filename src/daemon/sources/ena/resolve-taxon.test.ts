import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openOutbound } from '../../../../test/fakes/open-outbound.ts'
import { answering, outagePage } from '../../../../test/fakes/scripted-server.ts'
import type { Reply } from '../../../../test/fakes/scripted-server.ts'
import { openSmallEna } from '../../../../test/fakes/small-ena.ts'
import { makeEnaSource } from './ena-source.ts'

const example = (name: string) => readFileSync(new URL(`./examples/${name}`, import.meta.url), 'utf8')
const lineage = 'Bacteria; Pseudomonadota; Gammaproteobacteria; Enterobacterales; Enterobacteriaceae; Shigella'
const sonnei = { scientificName: 'Shigella sonnei', rank: 'species', lineage }
const none = answering(404, 'No results.')

async function given(t: TestContext) {
  const ena = await openSmallEna()
  const outbound = openOutbound()
  t.after(async () => {
    await outbound.close()
    await ena.close()
  })
  const { portalUrl, taxonomyUrl } = ena
  return { ena, source: makeEnaSource({ portalUrl, taxonomyUrl, outbound, clock: () => new Date(0), warn: () => undefined }) }
}

test('a taxon is read from strings, its lineage without the last semicolon', async t => {
  const { ena, source } = await given(t)
  ena.next('tax-id', answering(200, example('taxon.json')))
  assert.deepEqual(await source.taxonOf(624), { kind: 'found', taxId: 624, ...sonnei })
  assert.equal(ena.heard[0]?.path, '/taxonomy/rest/tax-id/624')
})

test('an id that is answered with another taxon was merged into it', async t => {
  const { ena, source } = await given(t)
  ena.next('tax-id', answering(200, example('taxon.json')))
  assert.deepEqual(await source.taxonOf(99624), { kind: 'merged', into: 624, ...sonnei })
})

test('an id that only the portal knows as merged is followed', async t => {
  const { ena, source } = await given(t)
  ena.next('tax-id', none, none, answering(200, example('taxon.json')))
  ena.next('search-taxon', answering(200, '[{"tax_id":"624","scientific_name":"Shigella sonnei"}]'))
  assert.deepEqual(await source.taxonOf(99624), { kind: 'merged', into: 624, ...sonnei })
  assert.equal(ena.asked('search-taxon')[0]?.query.get('query'), 'merged_tax_id=99624')
})

test('a taxon into which another was merged and that nobody knows is a broken answer', async t => {
  const { ena, source } = await given(t)
  ena.next('search-taxon', answering(200, '[{"tax_id":"624"}]'))
  await assert.rejects(source.taxonOf(99624), { code: 'broken-answer', message: /99624 was merged into 624/ })
})

test('one "not there" is not believed, two are', async t => {
  const { ena, source } = await given(t)
  ena.next('tax-id', none, answering(200, example('taxon.json')))
  assert.equal((await source.taxonOf(624)).kind, 'found')
  assert.deepEqual(await source.taxonOf(987), { kind: 'unknown' })
  assert.equal(ena.asked('tax-id').length, 4)
})

test('a portal that cannot be asked for merges tells of none', async t => {
  const { ena, source } = await given(t)
  for (const reply of [answering(400, 'Invalid field(s) supplied: merged_tax_id'), answering(204), answering(200, '[]')]) {
    ena.next('search-taxon', reply)
    assert.deepEqual(await source.taxonOf(987), { kind: 'unknown' })
  }
})

test('nothing to be found is said in several ways', async t => {
  const { ena, source } = await given(t)
  for (const reply of [none, answering(200, 'No results.'), answering(204), answering(200, '[]')]) {
    ena.next('scientific-name', reply)
    ena.next('any-name', reply)
    assert.deepEqual(await source.taxonNamed('Nobody'), { kind: 'unknown' })
  }
  const before = ena.heard.length
  assert.deepEqual(await source.taxonNamed('  '), { kind: 'unknown' })
  assert.equal(ena.heard.length, before, 'an empty name is not even asked for')
})

test('a page in the place of an answer never means that a taxon is not there', async t => {
  const { ena, source } = await given(t)
  ena.next('tax-id', ...Array<Reply>(3).fill(answering(404, outagePage)))
  await assert.rejects(source.taxonOf(624), { code: 'unreachable', message: /a page instead of an answer/ })
  ena.next('tax-id', answering(503, outagePage), answering(404, outagePage), answering(200, example('taxon.json')))
  assert.equal((await source.taxonOf(624)).kind, 'found')
})

test('something that is no taxon is a broken answer', async t => {
  const { ena, source } = await given(t)
  for (const odd of ['{"taxId":"many","scientificName":"x"}', '{"scientificName":"x"}', '[{"taxId":"624"']) {
    ena.next('tax-id', ...Array<Reply>(3).fill(answering(200, odd)))
    await assert.rejects(source.taxonOf(624), { code: 'broken-answer', message: /not a taxon/ })
  }
})

test('a name goes into the address as it is, its blanks made single', async t => {
  const { ena, source } = await given(t)
  ena.taxa = [{ taxId: 1, scientificName: 'Influenza A virus (A/duck/1?)', rank: 'no rank' }]
  const found = await source.taxonNamed('  Influenza A  virus (A/duck/1?) ')
  assert.ok(found.kind === 'found')
  assert.equal(found.scientificName, 'Influenza A virus (A/duck/1?)')
})

test('several taxa of one name are all named, each once', async t => {
  const { ena, source } = await given(t)
  ena.next('scientific-name', answering(200, example('taxa-of-a-name.json')))
  assert.deepEqual(await source.taxonNamed('Morganella'), {
    kind: 'ambiguous',
    candidates: [
      { taxId: 55087, scientificName: 'Morganella', rank: 'genus' },
      { taxId: 581, scientificName: 'Morganella', rank: 'genus' },
    ],
  })
  const twice = `[${example('taxon.json')},${example('taxon.json')}]`
  ena.next('scientific-name', answering(200, twice))
  assert.equal((await source.taxonNamed('Shigella sonnei')).kind, 'found')
})
