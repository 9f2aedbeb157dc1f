import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellOf } from '../cells/cells.ts'
import { runColumns } from '../column-list.ts'
import { millionScenario } from '../scenarios/million.ts'
import type { Scenario } from '../scenario.ts'
import type { RunRow } from './run-row.ts'
import { World } from './world.ts'

const nowhere = '/nonexistent/rehearsal-cache'
const allRows = (world: World): RunRow[] => Array.from({ length: world.rowCount }, (_, place) => world.rowAt(place))
const cells = (world: World, row: RunRow) => runColumns.map(column => cellOf(row, column.id, world)).join('\t')
const mixed = new World(millionScenario(4000), nowhere)

/** How large a share of the rows has a cell that passes. */
function share(column: string, passes: (cell: string) => boolean): number {
  const rows = allRows(mixed)
  return rows.filter(row => passes(cellOf(row, column, mixed))).length / rows.length
}

test('the same seed makes the same rows, in whatever order they are looked at; another seed makes others', () => {
  const again = new World(millionScenario(4000), nowhere)
  for (const place of [3999, 0, 17, 2500, 17]) assert.equal(cells(again, again.rowAt(place)), cells(mixed, mixed.rowAt(place)))
  const other = new World({ ...millionScenario(4000), seed: 12 }, nowhere)
  assert.notEqual(cells(other, other.rowAt(17)), cells(mixed, mixed.rowAt(17)))
})

test('no accession is given twice, and every one leads back to its row', () => {
  const accessions = allRows(mixed).map(row => row.accession)
  assert.equal(new Set(accessions).size, 4000)
  for (const accession of accessions) assert.equal(mixed.find(accession)?.accession, accession)
  assert.deepEqual([...new Set(accessions.map(accession => accession.length))].sort(), [10, 11, 9].sort())
  assert.equal(mixed.find('ERR000001'), undefined)
})

test('a realistic group mixes platforms, strategies, layouts and archives as real tables do', () => {
  const illumina = share('instrument_platform', cell => cell === 'ILLUMINA')
  assert.ok(illumina > 0.7 && illumina < 0.95, `${illumina} ILLUMINA`)
  assert.ok(share('library_strategy', cell => cell !== 'WGS') > 0.02)
  assert.ok(share('library_layout', cell => cell === 'SINGLE') > 0.05)
  for (const prefix of ['SRR', 'ERR', 'DRR']) assert.ok(share('run_accession', cell => cell.startsWith(prefix)) > 0, prefix)
})

test('a realistic group holds the oddities of real rows', () => {
  assert.ok(share('fastq_ftp', cell => cell === '') > 0, 'no files')
  assert.ok(share('fastq_ftp', cell => cell.endsWith(';')) > 0, 'needless semicolons')
  assert.ok(share('fastq_ftp', cell => cell.includes('_subreads')) > 0, 'subreads')
  assert.ok(share('fastq_ftp', cell => /\d\.fastq\.gz;.*_1\.fastq\.gz;.*_2\.fastq\.gz/.test(cell)) > 0, 'orphans first')
  assert.ok(share('study_title', cell => cell.includes('&apos;')) > 0, 'entities')
  assert.ok(share('center_name', cell => cell.includes('Ã')) > 0, 'mojibake')
  assert.ok(share('collection_date', cell => cell === '9999-99-99') > 0, 'impossible days')
  assert.ok(share('read_count', cell => cell === '') > 0, 'uncounted reads')
  const early = allRows(mixed).filter(row => cellOf(row, 'last_updated', mixed) < cellOf(row, 'first_public', mixed))
  assert.ok(early.length > 20 && early.length < 400, `${early.length} updated before they were public`)
  const bulk = share('last_updated', cell => cell === '2018-11-16')
  assert.ok(bulk > 0.1 && bulk < 0.5, `${bulk} on one day`)
})

test('studies are blocks of runs, most of them of one run and a few of very many', () => {
  const sizes = [...Map.groupBy(allRows(mixed), row => cellOf(row, 'study_accession', mixed)).values()].map(rows => rows.length)
  const single = sizes.filter(size => size === 1).length / sizes.length
  assert.ok(single > 0.45 && single < 0.75, `${single} hold one run`)
  assert.ok(Math.max(...sizes) > 50)
})

test('lists of files, sizes and sums run in step', () => {
  for (const row of allRows(mixed)) {
    const [files, bytes, sums] = ['fastq_ftp', 'fastq_bytes', 'fastq_md5'].map(
      id => cellOf(row, id, mixed).split(';').filter(Boolean).length,
    )
    assert.deepEqual([bytes, sums], [files, files], row.accession)
  }
})

const two: Scenario = {
  taxa: [
    { id: 5, name: 'Five' },
    { id: 6, name: 'Six' },
  ],
  runs: [
    { taxon: 5, count: 3 },
    { taxon: 6, accession: 'SRR555555' },
  ],
}

test('a change alters one run and no other, and a withdrawal can be taken back', () => {
  const world = new World(two, nowhere)
  const first = world.rowAt(0).accession
  world.change(first, { hidden: 'withdrawn', cells: { country: 'Kenya' } })
  world.change(first, { taxId: 6 })
  assert.deepEqual([world.find(first)?.change?.hidden, world.find(first)?.taxId], ['withdrawn', 6])
  assert.equal(world.rowAt(1).change, undefined)
  world.restore(first)
  assert.equal(world.find(first)?.change?.hidden, undefined)
  assert.equal(cellOf(world.rowAt(0), 'country', world), 'Kenya')
})

test('a re-index moves the day of a share of the rows and nothing else', () => {
  const world = new World(millionScenario(2000), nowhere)
  const before = allRows(world).map(row => cells(world, row))
  world.reindexes.push({ share: 0.35, day: 20_000, seed: 1 })
  const moved = allRows(world).filter((row, at) => cells(world, row) !== before[at])
  assert.ok(moved.length > 600 && moved.length < 800, `${moved.length} of 2000`)
  assert.ok(moved.every(row => cellOf(row, 'last_updated', world) === '2024-10-04'))
  assert.ok(moved.every(row => before.includes(cells({ ...world, reindexes: [] } as unknown as World, row))))
})

test('groups that cannot be are refused with the reason', () => {
  const refuse = (runs: Scenario['runs'], reason: RegExp) =>
    assert.throws(() => new World({ ...two, runs: runs ?? [] }, nowhere), reason)
  refuse([{ taxon: 7 }], /taxon of the taxonomy/)
  refuse([{}], /taxon of the taxonomy/)
  refuse([{ taxon: 5, accession: 'ERR600000', count: 2 }], /is one run/)
  refuse(
    [
      { taxon: 5, firstNumber: 700 },
      { taxon: 6, firstNumber: 700 },
    ],
    /share the number/,
  )
  refuse([{ taxon: 5, firstPublic: 'soon' }], /not a day/)
  refuse([{ taxon: 5, faults: [{ fault: 'no-such-fault' }] }], /no fault is called/)
})

test('accessions of one archive carry its letters', () => {
  const world = new World(two, nowhere)
  const row = world.find('SRR555555')
  assert.ok(row)
  const shown = ['experiment_accession', 'study_accession', 'sample_accession', 'secondary_study_accession'].map(id =>
    cellOf(row, id, world),
  )
  assert.match(shown.join(' '), /^SRX555555 PRJNA\d+ SAMN\d+ SRP\d+$/)
})
