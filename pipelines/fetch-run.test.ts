import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fetchRun, type Fetched, type Line } from './testing/fetch-run.ts'
import { startFileHost, type Answer, type FileHost } from './testing/file-host.ts'
import { described, madeFile, madeGenome, madePairs, type MadeFile } from './testing/made-reads.ts'
import { missingTools } from './testing/missing-tools.ts'
import { processesLeftIn } from './testing/processes-in.ts'

const skip = missingTools('aria2c', 'bash', 'gzip')
const [text1, text2] = madePairs(madeGenome(2_000, 1), 10, 2)
const mate1 = madeFile(text1)
const mate2 = madeFile(text2)
const single = (file: MadeFile, sources: string[]): Line => ({ name: 'ERR1.fastq.gz', role: 'single', file, sources })

suite('fetching a run', { skip, concurrency: 4 }, () => {
  let host: FileHost
  let offers = 0
  before(async () => void (host = await startFileHost()))
  after(async () => host.close())

  /** A path of its own for every offer, so that tests do not meet. */
  const offer = (file: MadeFile, answers?: Answer[]): string =>
    host.offer(`/vol1/${(offers += 1)}/reads.fastq.gz`, file.body, answers)
  const requests = (url: string): number => host.requests(new URL(url).pathname)
  const pair = (one: MadeFile, two: MadeFile): Line[] => [
    { name: 'ERR1_1.fastq.gz', role: 'mate1', file: one, sources: [offer(one)] },
    { name: 'ERR1_2.fastq.gz', role: 'mate2', file: two, sources: [offer(two)] },
  ]
  const assertWhole = (fetched: Fetched, file: MadeFile): void => {
    assert.equal(fetched.exit, 0, fetched.stderr)
    const body = readFileSync(join(fetched.folder, 'reads', 'ERR1.fastq.gz'))
    assert.equal(createHash('md5').update(body).digest('hex'), file.md5)
  }

  test('a run of two mates and orphans arrives whole, with a row for each file and the tool’s version', async () => {
    const orphan = madeFile(text1.split('\n').slice(0, 40).join('\n') + '\n')
    const lines: Line[] = [
      ...pair(mate1, mate2),
      { name: 'ERR1.fastq.gz', role: 'orphan', file: orphan, sources: [offer(orphan)] },
    ]
    const fetched = await fetchRun(lines)
    assert.equal(fetched.exit, 0, fetched.stderr)
    assert.deepEqual(fetched.files.toSorted(), ['ERR1.fastq.gz', 'ERR1_1.fastq.gz', 'ERR1_2.fastq.gz'])
    const row = fetched.report.get('ERR1_2.fastq.gz')
    assert.deepEqual(
      { ...row, seconds: 0 },
      {
        file: 'ERR1_2.fastq.gz',
        source: lines[1]?.sources[0],
        tries: '1',
        bytes: String(mate2.bytes),
        seconds: 0,
        md5: mate2.md5,
        reads: '100',
      },
    )
    assert.equal(fetched.report.get('ERR1.fastq.gz')?.['reads'], '10')
    assert.match(readFileSync(join(fetched.folder, 'fetch.versions.tsv'), 'utf8'), /^aria2\t\d+\.\d+/)
  })

  const passing: [string, Answer[]][] = [
    ['a wrong MD5', ['wrong', 'whole']],
    ['a connection that is cut', ['cut', 'whole']],
    ['a connection that is cut, at a host that ignores ranges', ['cut', 'no-range']],
    ['a body that ends too soon as if it were whole', ['short', 'whole']],
    ['an empty answer', ['empty', 'empty', 'whole']],
    ['a page of HTML with status 200', ['html', 'html', 'whole']],
    ['a stall', ['stall', 'whole']],
    ['a reset', ['reset', 'whole']],
    ['one 404 of a single back-end', [404, 'whole']],
    ['too many users, too early, too many requests', [421, 425, 429, 'whole']],
    ['an overloaded host', [503, 500, 502, 'whole']],
  ]
  for (const [fault, answers] of passing) {
    test(`${fault} is got over at the same source`, async () => {
      const url = offer(mate1, answers)
      const fetched = await fetchRun([single(mate1, [url])])
      assertWhole(fetched, mate1)
      assert.equal(requests(url), answers.length)
      assert.equal(fetched.report.get('ERR1.fastq.gz')?.['tries'], String(answers.length))
    })
  }

  test('a file that a source does not have is asked for twice there, then at the next source, which is written down', async () => {
    const [missing, mirror] = [offer(mate1, [404]), offer(mate1)]
    const fetched = await fetchRun([single(mate1, [missing, mirror])])
    assertWhole(fetched, mate1)
    assert.equal(requests(missing), 2)
    assert.equal(fetched.report.get('ERR1.fastq.gz')?.['source'], mirror)
    assert.equal(fetched.report.get('ERR1.fastq.gz')?.['tries'], '3')
  })

  test('the same wrong bytes twice are what a source has: the next one is asked', async () => {
    const [stale, mirror] = [offer(mate1, ['wrong']), offer(mate1)]
    assertWhole(await fetchRun([single(mate1, [stale, mirror])]), mate1)
    assert.equal(requests(stale), 2)
  })

  test('a wrong MD5 at every source is DL_MD5 with both values, and nothing is left behind', async () => {
    const fetched = await fetchRun([single(mate1, [offer(mate1, ['wrong']), offer(mate1, [503])])])
    assert.equal(fetched.exit, 43)
    const got = described(Buffer.from(mate1.body.map((byte, at) => (at === mate1.body.length >> 1 ? byte ^ 0xff : byte)))).md5
    assert.ok(
      fetched.reason.startsWith(`DL_MD5 run=ERR1 file=ERR1.fastq.gz expected=${mate1.md5} got=${got} tries=6`),
      fetched.reason,
    )
    assert.ok(fetched.reason.endsWith(`sources=DL_MD5:${got},DL_FAIL:http-503`), fetched.reason)
    assert.deepEqual(fetched.files, [])
  })

  test('another size at every source is DL_SIZE', async () => {
    const fetched = await fetchRun([single(mate1, [offer(mate2)])])
    assert.equal(fetched.exit, 42)
    assert.match(fetched.reason, new RegExp(`^DL_SIZE .*expected=${mate1.bytes} got=${mate2.bytes} tries=2 `))
  })

  test('no source that answers is DL_FAIL, with what each one said', async () => {
    const fetched = await fetchRun([single(mate1, ['http://127.0.0.1:9/vol1/x.fastq.gz', offer(mate1, [404])])])
    assert.equal(fetched.exit, 41)
    assert.match(fetched.reason, /^DL_FAIL .*sources=DL_FAIL:aria2-\d+,DL_FAIL:not-found$/)
  })

  test('an archive that gives neither size nor MD5 is believed, and the MD5 that came is written down', async () => {
    const fetched = await fetchRun([{ ...single(mate1, [offer(mate1)]), file: { bytes: '' as unknown as number, md5: '' } }])
    assertWhole(fetched, mate1)
    assert.equal(fetched.report.get('ERR1.fastq.gz')?.['md5'], mate1.md5)
  })

  test('a gzip stream that ends too soon is DL_GZIP although its MD5 is right', async () => {
    const cut = described(mate1.body.subarray(0, mate1.bytes - 200))
    const url = offer(cut)
    const fetched = await fetchRun([single(cut, [url])])
    assert.equal(fetched.exit, 44)
    assert.match(fetched.reason, /^DL_GZIP run=ERR1 file=ERR1.fastq.gz lines=\d+$/)
    assert.equal(requests(url), 1)
  })

  test('text that ends within a record is DL_GZIP', async () => {
    const half = madeFile(text1.split('\n').slice(0, 42).join('\n') + '\n')
    const fetched = await fetchRun([single(half, [offer(half)])])
    assert.equal(fetched.exit, 44)
    assert.match(fetched.reason, /lines=42 why=half-a-record$/)
  })

  test('text that is no FASTQ is DL_GZIP, however many lines it has', async () => {
    const page = madeFile('<html><body>Please try again later.</body></html>\n'.repeat(40))
    const fetched = await fetchRun([single(page, [offer(page)])])
    assert.equal(fetched.exit, 44)
    assert.match(fetched.reason, /lines=40 why=not-fastq$/)
  })

  test('mates that hold unequal numbers of reads are DL_PAIR', async () => {
    const fewer = madeFile(text2.split('\n').slice(0, -5).join('\n') + '\n')
    const fetched = await fetchRun(pair(mate1, fewer))
    assert.equal(fetched.exit, 45)
    assert.equal(fetched.reason, 'DL_PAIR run=ERR1 file=ERR1_1.fastq.gz reads1=100 reads2=99')
    assert.deepEqual(fetched.files, [])
  })

  test('fewer reads than asked for are DL_READS_LOW, and a file without any always is', async () => {
    const fetched = await fetchRun([single(mate1, [offer(mate1)])], { options: ['--min-reads', '101'] })
    assert.equal(fetched.exit, 46)
    assert.equal(fetched.reason, 'DL_READS_LOW run=ERR1 file=ERR1.fastq.gz expected=101 got=100')
    const none = madeFile('')
    assert.equal((await fetchRun([single(none, [offer(none)])])).exit, 46)
  })

  test('files that cannot fit on the disk are DL_DISK before anything is fetched', async () => {
    const url = offer(mate1)
    const fetched = await fetchRun([single({ ...mate1, bytes: 10 ** 15 }, [url])])
    assert.equal(fetched.exit, 47)
    assert.match(fetched.reason, /^DL_DISK run=ERR1 need=1000000001048576 free=\d+$/)
    assert.equal(requests(url), 0)
  })

  test('lines that do not make a run are refused', async () => {
    const lone: Line = { name: 'ERR1_1.fastq.gz', role: 'mate1', file: mate1, sources: [offer(mate1)] }
    const outside: Line = { ...single(mate1, [offer(mate1)]), name: '../ERR1.fastq.gz' }
    for (const lines of [[lone], [lone, lone], [outside], [single(mate1, [])], []]) {
      const fetched = await fetchRun(lines)
      assert.equal(fetched.exit, 40, fetched.stderr)
      assert.match(fetched.reason, /^PIPE_FAIL run=ERR1 /)
    }
  })

  test('the time limit ends a fetch that goes on', async () => {
    const fetched = await fetchRun([single(mate1, [offer(mate1, ['stall'])])], {
      options: ['--stall-seconds', '60', '--limit-seconds', '1'],
    })
    assert.equal(fetched.exit, 140)
    assert.match(fetched.reason, /^DL_FAIL .*limit_seconds=1$/)
  })

  test('a fetch that is told to end takes its fetcher with it', async () => {
    const url = offer(mate1, ['stall'])
    const fetched = await fetchRun([single(mate1, [url])], {
      options: ['--stall-seconds', '60'],
      meanwhile: async ({ pid }) => {
        while (requests(url) === 0) await new Promise(resolve => setTimeout(resolve, 20))
        process.kill(pid, 'SIGTERM')
      },
    })
    assert.notEqual(fetched.exit, 0)
    assert.deepEqual(fetched.files, [])
    assert.deepEqual(await processesLeftIn(fetched.folder), [])
  })

  const stubbed = `${join(import.meta.dirname, 'testing', 'stub-bin')}:${process.env['PATH'] ?? ''}`

  test('a fetcher that hangs without a word is ended', async () => {
    const env = { PATH: stubbed, STUB_ARIA2: 'hang' }
    const options = ['--stall-seconds', '1', '--waits', '']
    const fetched = await fetchRun([single(mate1, ['http://127.0.0.1:9/x.fastq.gz'])], { env, options })
    assert.equal(fetched.exit, 41)
    assert.match(fetched.reason, /got=stalled tries=1 /)
    assert.deepEqual(await processesLeftIn(fetched.folder), [])
  })

  test('an own certificate bundle and the number of connections are handed to aria2', async () => {
    const options = ['--ca-file', '/etc/own-ca.pem', '--streams', '3']
    const fetched = await fetchRun([single(mate1, ['https://archive.invalid/x.fastq.gz'])], { env: { PATH: stubbed }, options })
    assert.match(fetched.stderr, /--ca-certificate=\/etc\/own-ca\.pem/)
    assert.match(fetched.stderr, /--max-connection-per-server=3 --split=3/)
  })
})
