import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openTestArchive, type TestArchive } from '../open-test-archive.ts'
import type { ArmWish } from '../scenario.ts'
import { fileBodies } from './file-bodies.ts'
import { fileRefusals } from './file-refusals.ts'

type Name = (typeof fileRefusals)[number]['name'] | (typeof fileBodies)[number]['name']

/** A listed file, and ways to fetch it. */
interface Listed {
  archive: TestArchive
  bytes: number
  md5: string
  /** Status and body; a status of 0 when the connection broke. */
  fetch(init?: RequestInit): Promise<{ status: number; headers: Headers; body: Buffer }>
}
interface Expectation {
  wish?: Omit<ArmWish, 'fault'>
  check: (file: Listed) => Promise<void>
}

const run = 'ERR9100001'

async function list(archive: TestArchive): Promise<Listed> {
  const cells = (await archive.control.run(run)).cells
  const part = (column: string) => cells[column]?.split(';')[0] ?? ''
  const url = archive.url + part('fastq_ftp').replace('ftp.sra.ebi.ac.uk', '')
  return {
    archive,
    bytes: Number(part('fastq_bytes')),
    md5: part('fastq_md5'),
    async fetch(init = {}) {
      try {
        const answer = await fetch(url, init)
        return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
      } catch {
        return { status: 0, headers: new Headers(), body: Buffer.alloc(0) }
      }
    },
  }
}

const md5 = (body: Buffer) => createHash('md5').update(body).digest('hex')
const isRight = async (file: Listed) => {
  const { status, body } = await file.fetch()
  assert.deepEqual([status, body.length, md5(body)], [200, file.bytes, file.md5])
}
const statuses = (...expected: number[]): Expectation => ({
  async check(file) {
    for (const status of expected) assert.equal((await file.fetch()).status, status)
  },
})
/** The sums are right, so only a look inside shows the fault. */
const inside = (look: (body: Buffer) => void): Expectation => ({
  async check({ archive }) {
    const now = await list(archive)
    await isRight(now)
    look((await now.fetch()).body)
  },
})
const lines = (body: Buffer) => gunzipSync(body).toString('latin1').trimEnd().split('\n')

const expectations: Record<Name, Expectation> = {
  'file-404': statuses(404, 404, 404),
  'file-404-once': statuses(404, 200),
  // The reader of these tests tries a 421 once more by itself, as the standard has it.
  'file-421': { wish: { times: 2 }, ...statuses(421, 200) },
  'file-425': statuses(425, 200),
  'file-html-503': statuses(503, 200),
  'file-429-retry-after': { check: async file => assert.equal((await file.fetch()).headers.get('retry-after'), '1') },
  'file-html-200': { check: async file => assert.match((await file.fetch()).body.toString(), /<html>/) },
  'file-zero-bytes': {
    async check(file) {
      const { status, body } = await file.fetch()
      assert.deepEqual([status, body.length], [200, 0])
    },
  },
  'file-reset': statuses(0, 200),
  'file-no-answer': { wish: { seconds: 0.01 }, check: isRight },
  'file-ban-after-incomplete': {
    async check(file) {
      await file.archive.control.arm('file-truncated-body', { times: 3 })
      for (let times = 0; times < 6; times++) assert.equal((await file.fetch()).status, 0)
      assert.equal((await file.archive.control.counts()).incompleteFiles, 3)
    },
  },
  'run-withdrawn-before-download': {
    async check(file) {
      assert.equal((await file.fetch()).status, 404)
      assert.equal((await file.archive.control.run(run)).hidden, 'withdrawn')
    },
  },
  'file-regenerated-before-download': {
    async check(file) {
      const { status, body } = await file.fetch()
      assert.equal(status, 200)
      assert.notEqual(md5(body), file.md5)
      assert.equal(md5(body), (await list(file.archive)).md5)
    },
  },
  'file-truncated-body': statuses(0, 200),
  'file-short-body': {
    async check(file) {
      const { status, headers, body } = await file.fetch()
      assert.deepEqual([status, body.length], [200, Math.floor(file.bytes / 2)])
      assert.equal(headers.get('content-length'), String(body.length))
    },
  },
  'file-stall': {
    async check(file) {
      const reader = new AbortController()
      const fetching = file.fetch({ signal: reader.signal })
      while ((await file.archive.control.counts()).fileBytes === 0) continue
      reader.abort()
      assert.equal((await fetching).status, 0)
      assert.equal((await file.archive.control.counts()).fileBytes, Math.floor(file.bytes / 2))
    },
  },
  'file-slow': { wish: { amount: 20_000 }, check: isRight },
  'file-wrong-md5-once': {
    async check(file) {
      const { body } = await file.fetch()
      assert.equal(body.length, file.bytes)
      assert.notEqual(md5(body), file.md5)
      await isRight(file)
    },
  },
  'file-wrong-md5-always': {
    async check(file) {
      for (let times = 0; times < 3; times++) assert.notEqual(md5((await file.fetch()).body), file.md5)
    },
  },
  'file-range-ignored': {
    async check(file) {
      const { status, body } = await file.fetch({ headers: { range: 'bytes=5-9' } })
      assert.deepEqual([status, body.length], [200, file.bytes])
    },
  },
  'file-gzip-truncated-right-md5': inside(body => assert.throws(() => gunzipSync(body))),
  'file-mates-unequal': inside(body => assert.ok(lines(body).length > 0)),
  'file-too-few-reads': inside(body => assert.equal(lines(body).length, 12)),
  'file-empty-gzip': inside(body => assert.equal(gunzipSync(body).length, 0)),
  'file-flat-qualities': inside(body => assert.match(lines(body)[3] ?? '', /^\?+$/)),
  'file-not-fastq': inside(body => assert.match(lines(body)[0] ?? '', /^<!DOCTYPE/)),
  'file-broken-fastq': inside(body => assert.ok((lines(body)[7]?.length ?? 0) < (lines(body)[5]?.length ?? 0))),
}

for (const { name, does } of [...fileRefusals, ...fileBodies]) {
  test(`${name}: ${does}`, async t => {
    const archive = await openTestArchive(t)
    const file = await list(archive)
    const { wish, check } = expectations[name]
    await archive.control.arm(name, { ...wish, match: { accession: run } })
    await check(file)
    assert.ok(((await archive.control.faults())[0]?.struck ?? 0) > 0)
  })
}

test('a question for the head of a file does not use a fault of its body up', async t => {
  const archive = await openTestArchive(t)
  const file = await list(archive)
  await archive.control.arm('file-wrong-md5-once', { match: { pathEnds: '_1.fastq.gz' } })
  await file.fetch({ method: 'HEAD' })
  assert.notEqual(md5((await file.fetch()).body), file.md5)
})
