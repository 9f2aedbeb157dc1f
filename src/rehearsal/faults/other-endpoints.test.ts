import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestArchive, type TestArchive } from '../open-test-archive.ts'
import type { ArmWish } from '../scenario.ts'
import { otherEndpoints } from './other-endpoints.ts'

type Name = (typeof otherEndpoints)[number]['name']
interface Expectation {
  wish?: Omit<ArmWish, 'fault'>
  check: (archive: TestArchive) => Promise<void>
}

const count = async (archive: TestArchive) => (await archive.portal('count', { query: 'tax_tree(2)' })).text
const countIs = (text: string | RegExp): Expectation => ({
  check: async archive =>
    typeof text === 'string' ? assert.equal(await count(archive), text) : assert.match(await count(archive), text),
})
const statusIs = (status: number, path: string): Expectation => ({
  check: async archive => assert.equal((await archive.get(path)).status, status),
})
const taxon = '/ena/taxonomy/rest/tax-id/624'

const expectations: Record<Name, Expectation> = {
  'count-garbage': countIs(/many/),
  'count-with-header': countIs('count\n11\n'),
  'count-zero': countIs('0'),
  'count-drifting': countIs('13'),
  'count-far-off': countIs('1110'),
  'count-html-503': countIs(/<html>/),
  'count-204': countIs(''),
  'filereport-204-spurious': statusIs(204, '/ena/portal/api/filereport?result=read_run&accession=ERR9100001'),
  'filereport-html-500': statusIs(500, '/ena/portal/api/filereport?result=read_run&accession=ERR9100001'),
  'return-fields-html-503': statusIs(503, '/ena/portal/api/returnFields?result=read_run'),
  'links-html-503': statusIs(503, '/ena/portal/api/links/taxon?accession=620'),
  'taxonomy-html-503': statusIs(503, taxon),
  'taxonomy-404-spurious': statusIs(404, taxon),
  'taxonomy-stall': { wish: { seconds: 0.01 }, check: async archive => assert.equal((await archive.get(taxon)).status, 200) },
  'column-removed': {
    async check(archive) {
      const refused = await archive.portal('search', { fields: 'run_accession,read_count' })
      assert.equal(refused.status, 400)
      assert.match(refused.text, /read_count/)
      assert.ok(!(await archive.portal('returnFields')).text.includes('\nread_count\t'))
      assert.ok(!(await archive.portal('search', { fields: 'all' })).text.split('\n')[0]?.includes('read_count'))
    },
  },
  'search-extra-key': { check: async archive => assert.equal((await archive.rows('tax_eq(666)'))[0]?.['tax_id'], '666') },
  'date-header-skewed': {
    check: async archive => assert.equal((await archive.portal('results')).headers.get('date'), 'Thu, 20 Aug 2026 18:00:00 GMT'),
  },
  'portal-outage': {
    async check(archive) {
      assert.equal((await archive.portal('search')).status, 503)
      assert.equal((await archive.get(taxon)).status, 503)
      assert.equal((await archive.get('/vol1/fastq/x')).status, 404)
    },
  },
  'portal-busy': { check: async archive => assert.equal((await archive.portal('count')).status, 429) },
}

for (const { name, does } of otherEndpoints) {
  test(`${name}: ${does}`, async t => {
    const archive = await openTestArchive(t)
    const { wish, check } = expectations[name]
    await archive.control.arm(name, wish)
    await check(archive)
    assert.ok(((await archive.control.faults())[0]?.struck ?? 0) > 0)
    await archive.control.disarm()
    assert.equal(await count(archive), '11')
    assert.equal((await archive.get(taxon)).status, 200)
  })
}
