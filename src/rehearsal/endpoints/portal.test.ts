import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestArchive } from '../open-test-archive.ts'

test('a count is a bare number, and that of the rows', async t => {
  const archive = await openTestArchive(t)
  assert.equal((await archive.portal('count', { query: 'tax_tree(620)' })).text, '9')
  assert.equal((await archive.portal('count', { query: 'tax_tree(620) AND fastq_ftp=""' })).text, '1')
  assert.equal((await archive.portal('count', { query: 'nonsense=1' })).status, 400)
})

test('columns are listed with their type; fewer of them may be searched than returned', async t => {
  const archive = await openTestArchive(t)
  const returned = (await archive.portal('returnFields')).text.trimEnd().split('\n')
  assert.equal(returned[0], 'columnId\tdescription\ttype')
  assert.equal(returned.length, 191)
  assert.ok(returned.includes('base_count\tbases in the run\tnumber'))
  const searched = JSON.parse((await archive.portal('searchFields', { format: 'json' })).text) as Record<string, string>[]
  assert.ok(searched.some(column => column['columnId'] === 'first_public' && column['type'] === 'date'))
  assert.ok(!searched.some(column => column['columnId'] === 'fastq_ftp'))
})

test('results are listed', async t => {
  const archive = await openTestArchive(t)
  assert.match((await archive.portal('results')).text, /^resultId\tdescription\n(.*\n)*read_run\tRaw reads\n/)
})

test('a file report of a run has its files; columns stay where they were asked for', async t => {
  const archive = await openTestArchive(t)
  const { text } = await archive.portal('filereport', { accession: 'ERR9100001' })
  const [head, row] = text.split('\n')
  assert.equal(
    head,
    'run_accession\tfastq_ftp\tfastq_bytes\tfastq_md5\tbam_ftp\tbam_bytes\tbam_md5\tsubmitted_ftp\tsubmitted_bytes\tsubmitted_md5\tsra_ftp\tsra_bytes\tsra_md5',
  )
  const address = 'ftp.sra.ebi.ac.uk/vol1/fastq/ERR910/001/ERR9100001/ERR9100001'
  assert.match(
    row ?? '',
    new RegExp(`^ERR9100001\t${address}_1.fastq.gz;${address}_2.fastq.gz\t\\d+;\\d+\t[0-9a-f]{32};[0-9a-f]{32}\t`),
  )
  const asked = await archive.portal('filereport', { accession: 'ERR9100001', fields: 'tax_id,run_accession' })
  assert.equal(asked.text, 'tax_id\trun_accession\n624\tERR9100001\n')
})

test('a file report takes a study, a sample or an experiment, by either of its accessions', async t => {
  const archive = await openTestArchive(t)
  const columns =
    'study_accession,secondary_study_accession,sample_accession,secondary_sample_accession,experiment_accession,submission_accession'
  const [row] = await archive.rows('tax_eq(666)', columns)
  for (const [column, runs] of [
    ['study_accession', 2],
    ['secondary_study_accession', 2],
    ['sample_accession', 1],
    ['experiment_accession', 1],
    ['submission_accession', 2],
    ['secondary_sample_accession', 1],
  ] as const) {
    const { text } = await archive.portal('filereport', {
      accession: row?.[column] ?? '',
      format: 'json',
      fields: 'run_accession',
    })
    assert.equal((JSON.parse(text) as unknown[]).length, runs, column)
  }
})

test('an unknown accession is 204 with no body, a foreign one 400', async t => {
  const archive = await openTestArchive(t)
  const unknown = await archive.portal('filereport', { accession: 'ERR000001' })
  assert.deepEqual([unknown.status, unknown.text], [204, ''])
  assert.equal((await archive.portal('filereport', { accession: 'GSE12345' })).status, 400)
})

test('links of a taxon count its runs alone and with its subtree', async t => {
  const archive = await openTestArchive(t)
  const { text } = await archive.get('/ena/portal/api/links/taxon?accession=620&format=json')
  const [row] = JSON.parse(text) as Record<string, string>[]
  assert.equal(row?.['result_id'], 'read_run')
  assert.deepEqual(
    [row['entry_cnt'], row['base_cnt'], row['subtree_entry_cnt'], row['subtree_base_cnt']],
    ['0', '0', '9', String(9 * 4000)],
  )
})

test('links of a taxon are paged, and past the end is 204', async t => {
  const archive = await openTestArchive(t)
  const seen = new Set<string>()
  for (const offset of ['0', '4', '8']) {
    const { text } = await archive.portal('links/taxon', {
      accession: '620',
      subtree: 'true',
      limit: '4',
      offset,
      format: 'json',
    })
    for (const row of JSON.parse(text) as Record<string, string>[]) seen.add(row['run_accession'] ?? '')
  }
  assert.equal(seen.size, 9)
  assert.equal((await archive.portal('links/taxon', { accession: '620', subtree: 'true', offset: '9' })).status, 204)
})

test('the taxonomy describes a taxon in strings, with a lineage that ends in a semicolon and a blank', async t => {
  const archive = await openTestArchive(t)
  const { text } = await archive.get('/ena/taxonomy/rest/tax-id/624')
  const taxon = JSON.parse(text) as Record<string, string>
  assert.equal(taxon['taxId'], '624')
  assert.equal(taxon['scientificName'], 'Shigella sonnei')
  assert.equal(taxon['lineage'], 'Bacteria; Shigella; ')
  assert.equal(taxon['commonName'], 'dysentery rod')
})

test('names are looked up as scientific, as any, and by their beginning', async t => {
  const archive = await openTestArchive(t)
  const ids = async (path: string) =>
    (JSON.parse((await archive.get(`/ena/taxonomy/rest/${path}`)).text) as Record<string, string>[]).map(taxon => taxon['taxId'])
  assert.deepEqual(await ids('scientific-name/Shigella%20sonnei'), ['624'])
  assert.deepEqual(await ids('any-name/bacterium%20sonnei'), ['624'])
  assert.deepEqual(await ids('suggest-for-search/shig?limit=2'), ['620', '623'])
  assert.equal((await archive.get('/ena/taxonomy/rest/scientific-name/Nobody')).status, 404)
  assert.equal((await archive.get('/ena/taxonomy/rest/suggest-for-search/nobody')).text, 'No results.')
  assert.equal((await archive.get('/ena/taxonomy/rest/tax-id/999')).status, 404)
})

test('a merged id is followed, or not found where the scenario says so', async t => {
  const followed = await openTestArchive(t)
  const { text } = await followed.get('/ena/taxonomy/rest/tax-id/424718')
  assert.equal((JSON.parse(text) as Record<string, string>)['taxId'], '623')
  const missing = await openTestArchive(t, {
    taxa: [{ id: 623, name: 'Shigella flexneri', merged: [424718] }],
    mergedIds: 'missing',
  })
  assert.equal((await missing.get('/ena/taxonomy/rest/tax-id/424718')).status, 404)
})
