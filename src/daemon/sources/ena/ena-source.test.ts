import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { anArchiveRun, pairOf } from '../../../../test/fakes/archive-world.ts'
import { openOutbound } from '../../../../test/fakes/open-outbound.ts'
import { answering, breakingAfter, outagePage, resetting, stallingAfter } from '../../../../test/fakes/scripted-server.ts'
import type { Reply } from '../../../../test/fakes/scripted-server.ts'
import { openSmallEna } from '../../../../test/fakes/small-ena.ts'
import type { RunAccession } from '../../../core/accession.ts'
import type { Source, Wanted } from '../source.ts'
import { makeEnaSource } from './ena-source.ts'
import { allFields } from './fields.ts'

const wanted: Wanted = { taxId: 624, scope: 'subtree', since: undefined }
const firstRun = 'ERR9000000' as RunAccession
const example = (name: string) => readFileSync(new URL(`./examples/${name}`, import.meta.url), 'utf8')

async function given(t: TestContext, runs = 12) {
  const ena = await openSmallEna()
  const outbound = openOutbound({ idleSeconds: 0.2 })
  t.after(async () => {
    await outbound.close()
    await ena.close()
  })
  ena.runs = Array.from({ length: runs }, (_, n) => anArchiveRun({ runAccession: `ERR${9_000_000 + n}` }))
  ena.taxa = [{ taxId: 624, scientificName: 'Shigella sonnei', rank: 'species' }]
  const warnings: [string, Record<string, unknown>][] = []
  const source = makeEnaSource({
    portalUrl: `${ena.portalUrl}/`,
    taxonomyUrl: ena.taxonomyUrl,
    outbound,
    clock: () => new Date('2026-01-01T00:00:00Z'),
    warn: (text, fields) => warnings.push([text, fields]),
  })
  return { ena, source, warnings }
}

async function found(source: Source): Promise<string[]> {
  const runs: string[] = []
  for await (const run of source.runsOf(wanted)) runs.push(run.runAccession)
  return runs.sort()
}

test('all rows are asked for in one request, whose path has no doubled slash', async t => {
  const { ena, source } = await given(t)
  assert.equal((await found(source)).length, 12)
  const [search, ...more] = ena.asked('search')
  assert.equal(more.length, 0)
  assert.equal(search?.path, '/portal/api/search')
  assert.equal(search?.query.get('limit'), '0')
  assert.deepEqual(search?.query.get('fields')?.split(','), allFields)
})

test('the four forms of no rows are no rows', async t => {
  const { ena, source } = await given(t)
  const header = `${allFields.join('\t')}`
  const empties: Reply[] = [
    answering(204),
    answering(200),
    answering(200, '[]'),
    answering(200, '[\n]\n'),
    answering(200, header),
    answering(200, `${header}\n`),
  ]
  ena.next('search', ...empties)
  for (let times = 0; times < empties.length; times++) assert.deepEqual(await found(source), [])
  assert.equal(ena.asked('search').length, empties.length, 'none is asked for again')
})

test('what passes before the first row is waited out', async t => {
  const { ena, source } = await given(t)
  const passing: Reply[] = [
    answering(503, outagePage),
    answering(429, '', { 'retry-after': '2' }),
    answering(200, outagePage),
    resetting,
    breakingAfter('run_acc'),
  ]
  for (const reply of passing) {
    ena.next('search', reply)
    assert.equal((await found(source)).length, 12)
  }
})

test('a page that stays in the place of the rows is a broken answer, and is quoted', async t => {
  const { ena, source } = await given(t)
  ena.next('search', ...Array<Reply>(3).fill(answering(200, outagePage, { 'content-type': 'text/html' })))
  await assert.rejects(found(source), {
    code: 'broken-answer',
    message: /not a table of runs: 503 Service Unavailable \(tried 3 times\)/,
  })
  ena.next('search', ...Array<Reply>(3).fill(answering(200, '{"message":"Service is under maintenance"}')))
  await assert.rejects(found(source), { code: 'broken-answer', message: /under maintenance/ })
})

test('a refusal is told once, in the words of the archive, as text or as JSON', async t => {
  const { ena, source } = await given(t)
  ena.next(
    'search',
    answering(400, 'MismatchedTokenException(58!=43)'),
    answering(400, '{"status":400,"message":"Invalid query"}'),
    answering(401, 'Username/Password are invalid'),
  )
  await assert.rejects(found(source), {
    code: 'broken-answer',
    message: /search\?.*tax_tree\(624\).* answered 400: MismatchedTokenException/,
  })
  await assert.rejects(found(source), { code: 'broken-answer', message: /answered 400: Invalid query/ })
  await assert.rejects(found(source), { code: 'refused', message: /401: Username/ })
  assert.equal(ena.asked('search').length, 3)
})

test('an answer that stalls, breaks off or is cut after some rows is a Problem and never a short list', async t => {
  const { ena, source } = await given(t)
  const whole = [
    allFields.join('\t'),
    ...ena.runs.map(run =>
      [run.runAccession, ...Array<string>(3).fill('x'), '624', ...Array<string>(allFields.length - 5).fill('')].join('\t'),
    ),
  ]
  const half = whole
    .slice(0, 6)
    .map(line => `${line}\n`)
    .join('')
  ena.next('search', breakingAfter(half), stallingAfter(half), answering(200, `${half}ERR90`))
  await assert.rejects(found(source), { code: 'unreachable' })
  await assert.rejects(found(source), { code: 'unreachable', message: /stood still/ })
  await assert.rejects(found(source), { code: 'broken-answer', message: /ends within a line: ERR90/ })
})

test('rows doubled in place are brought once; rows that come again later are refused', async t => {
  const { ena, source } = await given(t, 60)
  ena.bendNext('search', body => body.replace(/^ERR.*\n/gm, '$&$&'))
  assert.equal((await found(source)).length, 60)
  ena.bendNext(
    'search',
    body =>
      body +
      body
        .slice(body.indexOf('\n') + 1)
        .split('\n')
        .slice(10, 16)
        .join('\n') +
      '\n',
  )
  await assert.rejects(found(source), { code: 'broken-answer', message: /repeats itself: 5 rows came again among 60/ })
})

test('a tab or a line end within a cell loses no run', async t => {
  const { ena, source, warnings } = await given(t)
  ena.cells.set('ERR9000003', { sample_title: 'two\tcells' })
  ena.cells.set('ERR9000007', { sample_title: 'two\nlines\n\nand more' })
  assert.equal((await found(source)).length, 12)
  assert.equal(ena.asked('search').length, 2)
  assert.equal(ena.asked('search')[1]?.query.get('includeAccessions'), 'ERR9000007,ERR9000003')
  const [warning, ...more] = warnings
  assert.deepEqual(more, [])
  assert.equal(warning?.[0], 'some rows of ENA could not be read')
  assert.deepEqual([warning[1]['brokenRows'], warning[1]['rescued'], warning[1]['garbledLines']], [2, 2, 0])
})

test('a row without a readable accession is told of; an answer of such rows is refused', async t => {
  const { ena, source, warnings } = await given(t)
  ena.cells.set('ERR9000003', { run_accession: 'not-an-accession' })
  assert.equal((await found(source)).length, 11)
  assert.deepEqual(warnings[0]?.[1]['examples'], ['?: not a run accession: not-an-accession'])
  for (const run of ena.runs) ena.cells.set(run.runAccession, { run_accession: '' })
  await assert.rejects(found(source), { code: 'broken-answer', message: /11 lines beside 0 good rows cannot be read/ })
})

test('a column that comes unasked changes nothing', async t => {
  const { ena, source } = await given(t)
  const before = await source.runOf(firstRun)
  ena.extraColumns = ['tax_id_of_tomorrow', 'tax_lineage']
  for await (const run of source.runsOf(wanted)) if (run.runAccession === firstRun) assert.deepEqual(run, before)
})

test('a column that we cannot do without is named when the archive gives it up', async t => {
  const { ena, source } = await given(t)
  ena.lostColumns = new Set(['fastq_md5', 'serotype'])
  await assert.rejects(source.checkFields(), { code: 'broken-answer', message: /no longer returns the column fastq_md5,/ })
})

test('any other column is left empty when the archive gives it up, at the start or while we run', async t => {
  const { ena, source, warnings } = await given(t)
  ena.lostColumns.add('serotype')
  await source.checkFields()
  assert.deepEqual(warnings, [['ENA no longer returns some columns; they stay empty', { columns: ['serotype'] }]])
  ena.lostColumns.add('study_title')
  assert.equal((await found(source)).length, 12)
  assert.deepEqual(source.fields(), allFields)
  const run = await source.runOf(firstRun)
  assert.ok(run !== 'gone')
  assert.equal(run.metadataLine.split('\t')[allFields.indexOf('study_title')], '')
  assert.equal(run.metadataLine.split('\t').length, allFields.length)
})

test('the list of columns may be JSON, and a page is not taken for a list', async t => {
  const { ena, source } = await given(t)
  ena.next('returnFields', answering(200, JSON.stringify(allFields.map(columnId => ({ columnId, description: '' })))))
  await source.checkFields()
  ena.next('returnFields', ...Array<Reply>(3).fill(answering(200, outagePage)))
  await assert.rejects(source.checkFields(), { code: 'broken-answer', message: /not a list of columns/ })
})

test('a count is read in all its forms, and garbage is not a count', async t => {
  const { ena, source } = await given(t)
  const forms = ['123', '123\n', 'count\n123\n', '"123"', '{"count":"123"}', '[{"count":123}]']
  ena.next('count', ...forms.map(form => answering(200, form, { date: 'Sun, 01 Mar 2026 10:00:00 GMT' })))
  for (const form of forms) {
    assert.deepEqual(await source.countOf(wanted), { count: 123, archiveAt: new Date('2026-03-01T10:00:00Z') }, form)
  }
  for (const garbage of ['Total: many\n', '', '12.5', '-3', outagePage]) {
    ena.next('count', ...Array<Reply>(3).fill(answering(200, garbage)))
    await assert.rejects(source.countOf(wanted), { code: 'broken-answer', message: /not a count/ }, garbage)
  }
})

test('a run is gone only when the file report has nothing three times', async t => {
  const { ena, source } = await given(t)
  ena.next('filereport', answering(204), answering(200, '[]'))
  assert.notEqual(await source.runOf(firstRun), 'gone')
  for (const empty of [answering(204), answering(200), answering(200, '[]\n')]) {
    ena.next('filereport', empty, empty, empty)
    assert.equal(await source.runOf(firstRun), 'gone')
  }
  ena.next('filereport', answering(400, 'Invalid accession'))
  await assert.rejects(source.runOf(firstRun), { code: 'broken-answer', message: /Invalid accession/ })
})

test('a report of another run, or one that cannot be read, is a broken answer', async t => {
  const { ena, source } = await given(t)
  ena.next('filereport', answering(200, example('filereport.json')))
  await assert.rejects(source.runOf(firstRun), { code: 'broken-answer', message: /speaks of other runs/ })
  ena.cells.set(firstRun, { tax_id: 'none' })
  await assert.rejects(source.runOf(firstRun), { code: 'broken-answer', message: /not a tax id: none/ })
})

test('new files of the same names are seen', async t => {
  const { ena, source } = await given(t)
  ena.runs = [anArchiveRun({ runAccession: firstRun, readFiles: pairOf(firstRun, 2) })]
  const run = await source.runOf(firstRun)
  assert.deepEqual(run !== 'gone' && run.readFiles, pairOf(firstRun, 2))
})

test('an amount comes from the links, and from a count where they do not help', async t => {
  const { ena, source } = await given(t)
  ena.next('links', ...Array<Reply>(2).fill(answering(200, example('links-taxon.tsv'))))
  assert.deepEqual(await source.amountOf(620, 'subtree'), { runs: 57, bases: 1_012_331_000 })
  assert.deepEqual(await source.amountOf(620, 'alone'), { runs: 41, bases: 812_331_000 })
  const useless = [
    answering(204),
    answering(200, 'result_id\n'),
    answering(400, 'Invalid accession'),
    ...Array<Reply>(3).fill(answering(503, outagePage)),
  ]
  ena.next('links', ...useless)
  for (let times = 0; times < 4; times++) assert.deepEqual(await source.amountOf(624, 'subtree'), { runs: 12, bases: undefined })
})
