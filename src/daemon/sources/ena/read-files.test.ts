import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFilesOf } from './read-files.ts'

const md5 = ['0123456789abcdef0123456789abcdef', 'ffffffffffffffffffffffffffffffff']
const folder = 'ftp.sra.ebi.ac.uk/vol1/fastq/ERR164/ERR164407'
const plain = {
  fastqFtp: `${folder}/ERR164407_1.fastq.gz;${folder}/ERR164407_2.fastq.gz`,
  fastqBytes: '1000;2000',
  fastqMd5: md5.join(';'),
}

test('the three lists are read in step', () => {
  const { files, problem } = readFilesOf('ERR164407', plain)
  assert.equal(problem, undefined)
  assert.deepEqual(files, [
    { name: 'ERR164407_1.fastq.gz', address: `${folder}/ERR164407_1.fastq.gz`, sizeBytes: 1000, md5: md5[0], role: 'mate1' },
    { name: 'ERR164407_2.fastq.gz', address: `${folder}/ERR164407_2.fastq.gz`, sizeBytes: 2000, md5: md5[1], role: 'mate2' },
  ])
})

test('semicolons at the end, blanks, schemes and large letters change nothing', () => {
  const odd = {
    fastqFtp: `ftp://${folder}/ERR164407_1.fastq.gz; https://${folder}/ERR164407_2.fastq.gz;`,
    fastqBytes: '1000;2000;',
    fastqMd5: `${md5.join(';').toUpperCase()};`,
  }
  assert.deepEqual(readFilesOf('ERR164407', odd), readFilesOf('ERR164407', plain))
})

test('no files are no files, and no problem', () => {
  for (const cell of ['', ';', ' ']) {
    assert.deepEqual(readFilesOf('ERR164407', { fastqFtp: cell, fastqBytes: cell, fastqMd5: cell }), {
      files: [],
      problem: undefined,
    })
  }
})

test('lists that cannot be read leave no files, and say why', () => {
  const wrongs: [Partial<typeof plain>, RegExp][] = [
    [{ fastqMd5: md5[0] ?? '' }, /^fastq_ftp lists 2 files, fastq_bytes 2, fastq_md5 1$/],
    [{ fastqBytes: '' }, /fastq_bytes 0/],
    [{ fastqBytes: '1000;n/a' }, /_2.fastq.gz is listed with n\/a bytes/],
    [{ fastqBytes: '1000;0' }, /with 0 bytes/],
    [{ fastqBytes: '1000;99999999999999999999' }, /with 9{20} bytes/],
    [{ fastqMd5: `${md5[0]};NULL` }, /with the MD5 NULL/],
    [{ fastqFtp: `${folder}/ERR164407_1.fastq.gz;${folder}/ERR164407_1.fastq.gz` }, /ERR164407_1.fastq.gz is listed twice/],
  ]
  for (const [change, problem] of wrongs) {
    const read = readFilesOf('ERR164407', { ...plain, ...change })
    assert.deepEqual(read.files, [])
    assert.match(read.problem ?? '', problem)
  }
})

test('names that a shell, a path or a URL would take for something else are not let in', () => {
  const last = [
    '$(reboot).fastq.gz',
    '-rf.fastq.gz',
    'a b.fastq.gz',
    'a?b.fastq.gz',
    'a#b',
    '',
    '..',
    '../x/a.fastq.gz',
    "a'.fastq.gz",
    'é.fastq.gz',
  ]
  for (const name of last) {
    const read = readFilesOf('ERR164407', { fastqFtp: `${folder}/${name}`, fastqBytes: '1', fastqMd5: md5[0] ?? '' })
    assert.match(read.problem ?? '', /not the address of a file/, name)
  }
  const lone = readFilesOf('ERR164407', { fastqFtp: 'ERR164407.fastq.gz', fastqBytes: '1', fastqMd5: md5[0] ?? '' })
  assert.match(lone.problem ?? '', /not the address of a file/)
})
