import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultMenu } from '../faults.ts'
import { openTestArchive } from '../open-test-archive.ts'

const run = 'ERR9100001'

test('added runs are found, dated by the archive clock, under accessions that are told', async t => {
  const archive = await openTestArchive(t)
  await archive.control.setClock(new Date('2026-09-01T08:00:00Z'))
  const added = await archive.control.addRuns({ taxon: 666, count: 3, depth: 4 })
  assert.equal(new Set(added).size, 3)
  const rows = await archive.rows('tax_eq(666) AND first_public>=2026-09-01', 'first_public,last_updated')
  assert.deepEqual(
    rows.map(row => row['run_accession']),
    [...added].sort(),
  )
  assert.deepEqual([rows[0]?.['first_public'], rows[0]?.['last_updated']], ['2026-09-01', '2026-09-01'])
  await assert.rejects(archive.control.addRuns({ taxon: 12345 }), /taxon of the taxonomy/)
})

test('changed files change their sizes and sums and not a day', async t => {
  const archive = await openTestArchive(t)
  const before = (await archive.control.run(run)).cells
  await archive.control.changeFiles(run)
  const after = (await archive.control.run(run)).cells
  const changed = Object.keys(after).filter(column => after[column] !== before[column])
  assert.ok(changed.includes('fastq_md5'))
  assert.deepEqual(
    changed.filter(column => column !== 'fastq_md5' && column !== 'fastq_bytes'),
    [],
  )
})

test('a withdrawn run is nowhere; a suppressed one only under its accession; restored, both are back', async t => {
  const archive = await openTestArchive(t)
  const places = async () => [
    (await archive.rows(`run_accession=${run}`)).length,
    Number((await archive.portal('count', { query: `run_accession=${run}` })).text),
    (await archive.portal('filereport', { accession: run })).status,
  ]
  assert.deepEqual(await places(), [1, 1, 200])
  await archive.control.suppress(run)
  assert.deepEqual(await places(), [0, 0, 200])
  await archive.control.withdraw(run)
  assert.deepEqual(await places(), [0, 0, 204])
  assert.equal((await archive.control.run(run)).hidden, 'withdrawn')
  await archive.control.restore(run)
  assert.deepEqual(await places(), [1, 1, 200])
})

test('a waiting run gets files, and a run moves to another taxon', async t => {
  const archive = await openTestArchive(t)
  const files = async () => (await archive.rows('run_accession=ERR9100002', 'fastq_ftp,last_updated'))[0]
  const before = await files()
  await archive.control.giveFiles('ERR9100002')
  assert.equal(before?.['fastq_ftp'], '')
  assert.match((await files())?.['fastq_ftp'] ?? '', /ERR9100002_1\.fastq\.gz;.*_2\.fastq\.gz$/)
  assert.equal((await files())?.['last_updated'], before?.['last_updated'])
  await archive.control.moveTaxon(run, 666)
  assert.equal((await archive.rows('tax_eq(666)')).length, 3)
  assert.equal((await archive.rows(`run_accession=${run}`, 'scientific_name'))[0]?.['scientific_name'], 'Vibrio cholerae')
})

test('a re-index moves the day of about its share of the rows', async t => {
  const archive = await openTestArchive(t)
  await archive.control.addRuns({
    taxon: 624,
    count: 200,
    depth: 1,
    content: 'promised',
    firstPublic: '2026-01-01',
    lastUpdated: '2026-01-01',
  })
  await archive.control.reindex(0.35, '2026-08-19')
  const moved = (await archive.rows('last_updated=2026-08-19')).length
  assert.ok(moved > 45 && moved < 105, `${moved} of 211`)
})

test('a merged taxon gives its runs to the other; a deleted one is known no longer', async t => {
  const archive = await openTestArchive(t)
  await archive.control.mergeTaxon(623, 624)
  assert.equal((await archive.rows('tax_eq(624)')).length, 9)
  assert.equal((await archive.rows('tax_eq(623)')).length, 0)
  await archive.control.deleteTaxon(666)
  assert.equal((await archive.get('/ena/taxonomy/rest/tax-id/666')).status, 404)
  assert.equal((await archive.rows('tax_tree(666)')).length, 0)
  await archive.control.addTaxon({ id: 700, parent: 620, name: 'Shigella nova' })
  assert.equal((await archive.get('/ena/taxonomy/rest/tax-id/700')).status, 200)
})

test('single cells can be edited, and the clock set and moved', async t => {
  const archive = await openTestArchive(t)
  await archive.control.editCells(run, { country: 'Kenya', library_strategy: 'AMPLICON' })
  assert.equal(
    (await archive.rows('country=Kenya AND library_strategy=AMPLICON')).some(row => row['run_accession'] === run),
    true,
  )
  await archive.control.advanceClock(86_400)
  assert.equal((await archive.portal('results')).headers.get('date'), 'Fri, 21 Aug 2026 12:00:00 GMT')
})

test('requests are counted by door, and the counters begin anew when told to', async t => {
  const archive = await openTestArchive(t)
  await archive.rows('tax_tree(620)')
  await archive.portal('count', { query: 'tax_tree(620)' })
  const counts = await archive.control.counts()
  assert.deepEqual([counts.requests.search, counts.requests.count, counts.requests.file, counts.rowsSent], [1, 1, 0, 9])
  await archive.control.resetCounts()
  assert.equal((await archive.control.counts()).requests.search, 0)
})

test('an armed fault waits, strikes as often as it was told to, and is disarmed', async t => {
  const archive = await openTestArchive(t)
  const statuses = async (times: number) => {
    const seen: number[] = []
    for (let i = 0; i < times; i++) seen.push((await archive.portal('search', { query: 'tax_eq(666)' })).status)
    return seen
  }
  await archive.control.arm('search-html-503', { after: 1, times: 2 })
  assert.deepEqual(await statuses(4), [200, 503, 503, 200])
  assert.deepEqual(
    (await archive.control.faults()).map(fault => [fault.fault, fault.struck]),
    [['search-html-503', 2]],
  )
  const id = await archive.control.arm('search-html-502', { times: 0, match: { query: 'tax_eq' } })
  assert.deepEqual(await statuses(2), [502, 502])
  assert.equal((await archive.portal('search', { query: 'country=Peru' })).status, 200)
  await archive.control.disarm(id)
  assert.deepEqual(await statuses(1), [200])
})

test('the menu is told, with a sentence for each fault', async t => {
  const archive = await openTestArchive(t)
  const menu = JSON.parse((await archive.get('/_rehearsal/menu')).text) as { name: string; does: string }[]
  assert.deepEqual(
    menu.map(fault => fault.name),
    faultMenu.map(fault => fault.name),
  )
  for (const { name, does } of menu) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)+$/)
    assert.match(does, /^[A-Z].*\.$/, name)
  }
  assert.equal(new Set(menu.map(fault => fault.name)).size, menu.length)
})

test('a change that cannot be made is refused with the reason', async t => {
  const archive = await openTestArchive(t)
  await assert.rejects(archive.control.withdraw('ERR000009'), /no run has the accession ERR000009/)
  await assert.rejects(archive.control.mergeTaxon(1234, 624), /cannot merge/)
  const unknown = await archive.get('/_rehearsal/change', { method: 'POST', body: '{"kind":"nonsense"}' })
  assert.equal(unknown.status, 400)
})
