import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { openTestArchive, type TestArchive } from '../open-test-archive.ts'
import { readRange } from './byte-range.ts'

async function firstFile(archive: TestArchive): Promise<{ path: string; bytes: number; md5: string }> {
  const [row] = await archive.rows('run_accession="ERR9100001"', 'fastq_ftp,fastq_bytes,fastq_md5')
  const part = (column: string) => row?.[column]?.split(';')[0] ?? ''
  return { path: part('fastq_ftp').replace('ftp.sra.ebi.ac.uk', ''), bytes: Number(part('fastq_bytes')), md5: part('fastq_md5') }
}

async function download(
  archive: TestArchive,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ answer: Response; body: Buffer }> {
  const answer = await fetch(archive.url + path, { headers })
  return { answer, body: Buffer.from(await answer.arrayBuffer()) }
}

test('a listed file is served whole, with the bytes and the MD5 that the row names', async t => {
  const archive = await openTestArchive(t)
  const file = await firstFile(archive)
  const { answer, body } = await download(archive, file.path)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-length'), String(file.bytes))
  assert.equal(answer.headers.get('accept-ranges'), 'bytes')
  assert.equal(createHash('md5').update(body).digest('hex'), file.md5)
  assert.deepEqual(await archive.control.counts().then(counts => [counts.fileBytes, counts.filesByRun, counts.incompleteFiles]), [
    file.bytes,
    { ERR9100001: 1 },
    0,
  ])
})

test('ranges are served as asked, and together they are the file', async t => {
  const archive = await openTestArchive(t)
  const file = await firstFile(archive)
  const whole = (await download(archive, file.path)).body
  const middle = await download(archive, file.path, { range: 'bytes=10-19' })
  assert.equal(middle.answer.status, 206)
  assert.equal(middle.answer.headers.get('content-range'), `bytes 10-19/${file.bytes}`)
  assert.deepEqual(middle.body, whole.subarray(10, 20))
  assert.deepEqual((await download(archive, file.path, { range: `bytes=${file.bytes - 5}-` })).body, whole.subarray(-5))
  assert.deepEqual((await download(archive, file.path, { range: 'bytes=-5' })).body, whole.subarray(-5))
  assert.equal((await download(archive, file.path, { range: `bytes=${file.bytes}-` })).answer.status, 416)
})

test('a range of an older version is answered with the whole file', async t => {
  const archive = await openTestArchive(t)
  const file = await firstFile(archive)
  const etag = (await download(archive, file.path)).answer.headers.get('etag') ?? ''
  assert.equal((await download(archive, file.path, { range: 'bytes=0-3', 'if-range': etag })).answer.status, 206)
  assert.equal((await download(archive, file.path, { range: 'bytes=0-3', 'if-range': '"older"' })).answer.status, 200)
})

test('HEAD says how long a file is and sends nothing', async t => {
  const archive = await openTestArchive(t)
  const file = await firstFile(archive)
  const answer = await fetch(archive.url + file.path, { method: 'HEAD' })
  assert.equal(answer.headers.get('content-length'), String(file.bytes))
  assert.equal((await archive.control.counts()).fileBytes, 0)
})

test('what is not listed under this very path is 404', async t => {
  const archive = await openTestArchive(t)
  const { path } = await firstFile(archive)
  for (const wrong of [
    path.replace('/001/', '/'),
    path.replace('_1', '_3'),
    path.replaceAll('ERR9100001', 'ERR9100003'),
    '/vol1/fastq/',
    '/vol1/srr/SRR1',
  ]) {
    assert.equal((await archive.get(wrong)).status, 404, wrong)
  }
  await archive.control.withdraw('ERR9100001')
  assert.equal((await archive.get(path)).status, 404)
})

test('ranges are read as the standard has them', () => {
  assert.deepEqual(readRange('bytes=0-0', 10), { from: 0, to: 0 })
  assert.deepEqual(readRange('bytes=5-99', 10), { from: 5, to: 9 })
  assert.deepEqual(readRange('bytes=-99', 10), { from: 0, to: 9 })
  for (const header of [undefined, 'bytes=-', 'bytes=1-2,4-5', 'lines=1-2']) assert.equal(readRange(header, 10), undefined)
  for (const header of ['bytes=10-', 'bytes=4-3', 'bytes=-0']) assert.equal(readRange(header, 10), 'unsatisfiable')
})
