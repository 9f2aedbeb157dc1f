import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { layoutOf, type ArchiveRun } from '../../../core/run.ts'
import { allFields, requiredFields } from './fields.ts'
import { readRecord, RowReader } from './row-reader.ts'

const read = (name: string) => readFileSync(new URL(`./examples/${name}`, import.meta.url), 'utf8')
const [header = '', ...lines] = read('search.tsv').trimEnd().split('\n')
const columns = header.split('\t')

const runs = new Map<string, ArchiveRun>()
for (const line of lines) {
  const row = new RowReader(columns, 'GET search').readLine(line)
  assert.ok(row.kind === 'run', line)
  runs.set(row.run.runAccession, row.run)
}

function run(accession: string): ArchiveRun {
  const found = runs.get(accession)
  assert.ok(found !== undefined, accession)
  return found
}

test('a plain row is read whole', () => {
  const { readFiles, metadataLine, ...rest } = run('ERR9900001')
  assert.deepEqual(rest, {
    runAccession: 'ERR9900001',
    studyAccession: 'PRJEB99001',
    sampleAccession: 'SAMEA999900001',
    experimentAccession: 'ERX9900001',
    taxId: 624,
    scientificName: 'Shigella sonnei',
    libraryStrategy: 'WGS',
    librarySource: 'GENOMIC',
    libraryLayout: 'PAIRED',
    instrumentPlatform: 'ILLUMINA',
    readCount: 1788,
    baseCount: 306785,
    firstPublicOn: '2024-02-11',
    enaUpdatedOn: '2024-02-12',
    filesProblem: undefined,
  })
  assert.deepEqual(
    readFiles.map(file => file.name),
    ['ERR9900001_1.fastq.gz', 'ERR9900001_2.fastq.gz'],
  )
  assert.equal(metadataLine.split('\t').length, allFields.length)
})

test('the roles of files follow from their names in every odd row', () => {
  const roles = Object.fromEntries(
    [...runs.values()].map(one => [one.runAccession, one.readFiles.map(file => file.role).join(' ')]),
  )
  assert.deepEqual(roles, {
    ERR9900001: 'mate1 mate2',
    SRR9900002: 'orphan mate1 mate2',
    ERR9900003: 'single',
    SRR9900004: 'mate1 mate2',
    ERR9900005: 'single',
    SRR99000061: 'single',
    SRR99000071: 'single other',
    ERR9900008: '',
    ERR9900009: '',
    ERR9900010: 'mate1 mate2',
    DRR990011: 'mate1 mate2',
    ERR9900012: '',
  })
  assert.equal(layoutOf(run('SRR9900004').readFiles), 'paired')
  assert.equal(layoutOf(run('ERR9900003').readFiles), 'single')
})

test('only lists that cannot be read are a problem; missing ones are not', () => {
  const problems = [...runs.values()]
    .filter(one => one.filesProblem !== undefined)
    .map(one => [one.runAccession, one.filesProblem])
  assert.deepEqual(problems, [
    ['ERR9900009', 'fastq_ftp lists 2 files, fastq_bytes 2, fastq_md5 1'],
    ['ERR9900012', 'not the address of a file: ftp.sra.ebi.ac.uk/vol1/fastq/ERR990/012/ERR9900012/$(reboot).fastq.gz'],
  ])
})

test('empty, odd and wordy counts and days are unknown', () => {
  assert.equal(run('SRR99000061').readCount, undefined)
  assert.equal(run('SRR99000061').baseCount, undefined)
  const odd = run('DRR990011')
  assert.deepEqual([odd.readCount, odd.baseCount, odd.firstPublicOn, odd.enaUpdatedOn], [undefined, undefined, '2024-02-11', ''])
})

test('text stays as the archive has it', () => {
  const cells = run('DRR990011').metadataLine.split('\t')
  assert.equal(cells[allFields.indexOf('sample_title')], 'strain called &quot;wild&quot; &amp; "the other", 37 °C ± 1 – µ')
  assert.equal(cells[allFields.indexOf('country')], 'CÃ´te d&apos;Ivoire')
  assert.ok(!cells.includes('x'), 'a column that nobody asked for is left out')
})

test('the order of the columns does not matter', () => {
  const turned = new RowReader([...columns].reverse(), 'GET search')
  for (const line of lines) {
    const row = turned.readLine(line.split('\t').reverse().join('\t'))
    assert.ok(row.kind === 'run')
    assert.deepEqual(row.run, run(row.run.runAccession))
  }
})

test('a row in our own order is kept as it came', () => {
  const reader = new RowReader(allFields, 'GET search')
  for (const one of runs.values()) assert.deepEqual(reader.readLine(one.metadataLine), { kind: 'run', run: one })
})

test('a row of another length, without a run or without a taxon is bad, and names its run where it can', () => {
  const reader = new RowReader(columns, 'GET search')
  const [first = ''] = lines
  assert.deepEqual(reader.readLine(`${first}\tmore`), { kind: 'bad', accession: 'ERR9900001', why: '22 cells under 21 columns' })
  assert.deepEqual(reader.readLine('ERR9900001\tPRJEB1'), {
    kind: 'bad',
    accession: 'ERR9900001',
    why: '2 cells under 21 columns',
  })
  assert.deepEqual(reader.readLine('second half of a title'), {
    kind: 'bad',
    accession: undefined,
    why: '1 cells under 21 columns',
  })
  assert.equal(reader.readLine(first.replace('ERR9900001\t', 'not-a-run\t')).kind, 'bad')
  const noTaxon = reader.readLine(first.replace('\t624\t', '\tShigella\t'))
  assert.deepEqual(noTaxon, { kind: 'bad', accession: 'ERR9900001', why: 'not a tax id: Shigella' })
  const ours = new RowReader(allFields, 'GET search')
  const whole = run('ERR9900001').metadataLine
  assert.equal(ours.readLine(`${whole}\tmore`).kind, 'bad')
  assert.equal(ours.readLine(whole.slice(0, whole.lastIndexOf('\t'))).kind, 'bad')
})

test('a header without a column that we need is refused by its name', () => {
  const without = columns.filter(column => column !== 'fastq_md5' && column !== 'base_count')
  assert.throws(() => new RowReader(without, 'GET search'), {
    code: 'broken-answer',
    message: /lacks the column base_count, fastq_md5/,
  })
})

test('a row of JSON is the same run, its line unbroken', () => {
  const [row] = JSON.parse(read('filereport.json')) as Record<string, string>[]
  const fromJson = readRecord(row ?? {})
  assert.ok(fromJson.kind === 'run')
  const { metadataLine, ...rest } = fromJson.run
  assert.deepEqual({ ...rest, metadataLine: '' }, { ...run('ERR9900001'), metadataLine: '' })
  assert.equal(metadataLine.split('\t')[allFields.indexOf('sample_title')], 'two cells, two lines')
})

test('each column is asked for once, those that we parse first', () => {
  assert.equal(new Set(allFields).size, allFields.length)
  assert.deepEqual(allFields.slice(0, requiredFields.length), requiredFields)
})
