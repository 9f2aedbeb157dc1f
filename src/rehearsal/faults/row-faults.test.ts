import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestArchive, type TestArchive } from '../open-test-archive.ts'
import type { ArmWish } from '../scenario.ts'
import { rowCells } from './row-cells.ts'
import { rowFiles } from './row-files.ts'

type Name = (typeof rowCells)[number]['name'] | (typeof rowFiles)[number]['name']
type Cells = Record<string, string>
type Check = (now: Cells, before: Cells, archive: TestArchive) => Promise<void> | void

const run = 'ERR9100001'
const partsOf = (cells: Cells, column: string) => (cells[column] ?? '').split(';')
const names = (cells: Cells) => partsOf(cells, 'fastq_ftp').map(address => address.split('/').at(-1))

const checks: Record<Name, Check> = {
  'row-html-entities': now => assert.match(now['center_name'] ?? '', /&apos;.*&amp;/),
  'row-quotes': now => assert.equal(now['sample_description'], '"'),
  'row-non-ascii': now => assert.match(now['sample_title'] ?? '', /Δ.*°.*µ.*“.*株/),
  'row-mojibake': now => assert.match(now['center_name'] ?? '', /Ã´/),
  'row-odd-dates': now => assert.equal(now['collection_date'], '9999-99-99'),
  'row-empty-counts': now => assert.deepEqual([now['read_count'], now['base_count']], ['', '']),
  'row-count-garbage': now => assert.deepEqual([now['read_count'], now['base_count']], ['n/a', '-1']),
  'row-tab-in-cell': async (_now, _before, archive) => assert.equal((await tsvRow(archive)).split('\t').length, 3),
  'row-line-break-in-cell': async (_now, _before, archive) => assert.match(await tsvRow(archive), /^ERR9100001\ttwo$/),
  'row-accession-broken': (now, before) => assert.notEqual(now['run_accession'], before['run_accession']),
  'row-tax-id-garbage': now => assert.equal(now['tax_id'], 'Shigella'),
  'row-sample-changed': (now, before) => assert.notEqual(now['sample_accession'], before['sample_accession']),
  'row-updated-before-public': now => assert.ok((now['last_updated'] ?? '') < (now['first_public'] ?? '')),
  'rows-reindexed': now => assert.equal(now['last_updated'], '2026-06-30'),
  'column-emptied': now => assert.equal(now['library_strategy'], ''),
  'row-trailing-semicolon': now => assert.match(now['fastq_md5'] ?? '', /^[0-9a-f]{32};[0-9a-f]{32};$/),
  'row-list-length-mismatch': now => assert.deepEqual([names(now).length, partsOf(now, 'fastq_md5').length], [2, 1]),
  'row-md5-missing': now => assert.equal(now['fastq_md5'], ''),
  'row-md5-stale': (now, before) =>
    assert.ok(partsOf(now, 'fastq_md5').every(sum => /^[0-9a-f]{32}$/.test(sum) && !before['fastq_md5']?.includes(sum))),
  'row-mates-swapped': (now, before) => assert.deepEqual(partsOf(now, 'fastq_md5'), partsOf(before, 'fastq_md5').reverse()),
  'row-address-with-scheme': now =>
    assert.ok(partsOf(now, 'fastq_ftp').every(address => address.startsWith('ftp://ftp.sra.ebi.ac.uk/vol1/'))),
  'row-empty-files': (now, before) => {
    assert.deepEqual([now['fastq_ftp'], now['fastq_bytes'], now['fastq_md5']], ['', '', ''])
    assert.equal(now['last_updated'], before['last_updated'])
  },
  'row-orphan-first': now => assert.deepEqual(names(now), [`${run}.fastq.gz`, `${run}_1.fastq.gz`, `${run}_2.fastq.gz`]),
  'row-single-with-two': now => assert.deepEqual([now['library_layout'], names(now).length], ['SINGLE', 2]),
  'row-paired-with-one': now => assert.deepEqual([now['library_layout'], names(now)], ['PAIRED', [`${run}.fastq.gz`]]),
  'row-subreads': now => assert.deepEqual(names(now), [`${run}_subreads.fastq.gz`]),
  'row-files-regenerated': (now, before) => {
    assert.notEqual(now['fastq_md5'], before['fastq_md5'])
    assert.equal(now['last_updated'], before['last_updated'])
  },
  'row-suppressed': async (_now, _before, archive) =>
    assert.equal((await archive.portal('filereport', { accession: run })).status, 200),
  'row-withdrawn': async (_now, _before, archive) =>
    assert.equal((await archive.portal('filereport', { accession: run })).status, 204),
  'row-taxon-moved': async (_now, _before, archive) => assert.equal((await archive.rows('tax_tree(620)')).length, 8),
}

// Where a fault strikes only a share of the rows, let it strike this one.
const wishes: Partial<Record<Name, Omit<ArmWish, 'fault'>>> = { 'rows-reindexed': { share: 1 } }
const gone: readonly string[] = ['row-suppressed', 'row-withdrawn', 'row-taxon-moved']

/** The line of a TSV search that speaks of the run, or begins to. */
async function tsvRow(archive: TestArchive): Promise<string> {
  const { text } = await archive.portal('search', { query: 'tax_tree(2)', fields: 'sample_title' })
  return text.split('\n').find(line => line.startsWith(run)) ?? ''
}

for (const { name, does } of [...rowCells, ...rowFiles]) {
  test(`${name}: ${does}`, async t => {
    const archive = await openTestArchive(t)
    const before = (await archive.control.run(run)).cells
    await archive.control.arm(name, { ...wishes[name], match: { accession: run } })
    const now = (await archive.control.run(run)).cells
    const shown = await archive.rows('tax_tree(2)', 'fastq_ftp,fastq_md5')
    assert.equal(shown.length, gone.includes(name) ? 10 : 11)
    await checks[name](now, before, archive)
    await archive.control.disarm()
    assert.deepEqual((await archive.control.run(run)).cells, before)
  })
}

test('a fault of rows that names no run strikes a share of them, the same ones each time', async t => {
  const archive = await openTestArchive(t)
  await archive.control.addRuns({ taxon: 666, count: 300, content: 'promised' })
  await archive.control.arm('rows-reindexed', { value: '2026-08-01' })
  const first = await archive.rows('last_updated=2026-08-01')
  assert.ok(first.length > 75 && first.length < 145, `${first.length} of 311`)
  assert.deepEqual(await archive.rows('last_updated=2026-08-01'), first)
})
