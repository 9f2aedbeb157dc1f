import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { startFileHost, type Answer, type FileHost } from './testing/file-host.ts'
import { described, madeFile, madeGenome, madePairs } from './testing/made-reads.ts'
import { offerRun, type MadeRun } from './testing/made-run.ts'
import { executeRecipe, missingForNextflow, type Execution, type SheetLine } from './testing/nextflow-execution.ts'
import { readExitCodes } from './testing/exit-codes.ts'
import { assertHandedOver } from './testing/run-folder.ts'

const exitCodes = readExitCodes()

const [text1, text2] = madePairs(madeGenome(2_000, 1), 10, 2)
const lines = (text: string, count: number): string => text.split('\n').slice(0, count).join('\n') + '\n'
const mates: MadeRun['mates'] = [text1, text2]
const cutGzip = described(madeFile(text2).body.subarray(0, -200))

/** Runs that arrive, whatever happens on the way; and what lies in their folder beside fetch.tsv and versions.json. */
const arriving: Record<string, MadeRun> = {
  ERR01: { mates },
  ERR02: { mates, orphan: lines(text1, 40) },
  ERR03: { single: text1 },
  ERR04: { mates, answers: ['wrong', 'whole'] },
  ERR05: { mates, answers: ['cut', 'whole'] },
  ERR06: { mates, answers: [404, 'whole'] },
  ERR07: { mates, answers: ['stall', 'whole'] },
}

/** Runs that must fail: the exit code of their task and the start of the reason it gives. */
const failing: Record<string, { made: MadeRun; exit: string; reason: string }> = {
  ERR10: { made: { mates, answers: ['reset'] }, exit: '41', reason: 'DL_FAIL run=ERR10 file=ERR10_1.fastq.gz' },
  ERR11: {
    made: { mates, answers: ['empty'] },
    exit: '42',
    reason: `DL_SIZE run=ERR11 file=ERR11_1.fastq.gz expected=${madeFile(text1).bytes} got=0`,
  },
  ERR12: { made: { mates, answers: ['html'] }, exit: '42', reason: 'DL_SIZE run=ERR12 file=ERR12_1.fastq.gz' },
  ERR13: {
    made: { mates, answers: ['wrong'] },
    exit: '43',
    reason: `DL_MD5 run=ERR13 file=ERR13_1.fastq.gz expected=${madeFile(text1).md5} got=`,
  },
  ERR14: { made: { mates: [text1, cutGzip] }, exit: '44', reason: 'DL_GZIP run=ERR14 file=ERR14_2.fastq.gz' },
  ERR15: {
    made: { mates: [text1, lines(text2, 396)] },
    exit: '45',
    reason: 'DL_PAIR run=ERR15 file=ERR15_1.fastq.gz reads1=100 reads2=99',
  },
  ERR16: {
    made: { single: lines(text1, 80) },
    exit: '46',
    reason: 'DL_READS_LOW run=ERR16 file=ERR16.fastq.gz expected=50 got=20',
  },
}

suite('the fetch recipe', { skip: missingForNextflow() }, () => {
  const batch: SheetLine[] = []
  let host: FileHost
  let done: Execution
  before(async () => {
    host = await startFileHost()
    for (const [run, made] of Object.entries(arriving)) batch.push(...offerRun(host, run, made))
    for (const [run, { made }] of Object.entries(failing)) batch.push(...offerRun(host, run, made))
    const lone = offerRun(host, 'ERR17', { mates }).slice(0, 1)
    done = await executeRecipe('fetch', [...batch, ...lone], ['-profile', 'path', '--min_reads', '50'])
  })
  after(async () => host.close())

  const taskOf = (execution: Execution, run: string): Record<string, string> => {
    const tasks = execution.trace.filter(task => task['tag'] === run && task['process'] === 'FETCH')
    assert.equal(tasks.length, 1, `${run}: ${execution.said}`)
    return tasks[0] ?? {}
  }

  test('one bad run stops no other: the execution ends well', () => assert.equal(done.exit, 0, done.said))

  for (const [run, made] of Object.entries(arriving)) {
    const reads = [...(made.mates === undefined ? [] : ['_1', '_2']), ...((made.single ?? made.orphan) ? [''] : [])]
    const answers: Answer[] = made.answers ?? ['whole']
    test(`a run answered with ${answers.join(', then ')} is handed over whole (${reads.length} files)`, () => {
      const expected = ['fetch.tsv', ...reads.map(suffix => `reads/${run}${suffix}.fastq.gz`), 'versions.json']
      assert.deepEqual(assertHandedOver(done.outdir, run).toSorted(), expected.toSorted())
      const row = readFileSync(join(done.outdir, run, 'fetch.tsv'), 'utf8')
        .split('\n')[1]
        ?.split('\t')
      assert.deepEqual(row?.slice(1, 3), [batch.find(line => line.run === run)?.sources, String(answers.length)])
      assert.match(readFileSync(join(done.outdir, run, 'versions.json'), 'utf8'), /"aria2": "\d+\.\d+.*"nextflow": "\d+\.\d+/s)
    })
  }

  for (const [run, { exit, reason }] of Object.entries(failing)) {
    test(`${run} fails with ${exit}, ${reason.split(' ')[0]}, and leaves nothing to collect`, () => {
      const task = taskOf(done, run)
      assert.deepEqual([task['status'], task['exit'], task['attempt']], ['FAILED', exit, '1'])
      const [line = ''] = /^microfetch-reason: .*$/m.exec(readFileSync(join(task['workdir'] ?? '', '.command.err'), 'utf8')) ?? []
      assert.ok(line.startsWith(`microfetch-reason: ${reason}`), line)
      assert.equal(exitCodes['FETCH']?.[exit]?.reason, reason.split(' ')[0])
      assert.equal(existsSync(join(done.outdir, run)), false)
    })
  }

  test('a run whose lines do not make a run fails alone', () => assert.equal(taskOf(done, 'ERR17')['exit'], '40'))

  test('a resumed execution fetches only what is missing', async () => {
    const again = [...offerRun(host, 'ERR01', arriving['ERR01'] ?? {}), ...offerRun(host, 'ERR10', { mates })]
    const resumed = await executeRecipe('fetch', again, ['-profile', 'path', '--min_reads', '50', '-resume'], done.folder)
    assert.equal(resumed.exit, 0, resumed.said)
    assert.equal(host.requests('/vol1/ERR01/ERR01_1.fastq.gz'), 0)
    assert.equal(taskOf(resumed, 'ERR01')['status'], 'CACHED')
    assert.equal(taskOf(resumed, 'ERR10')['status'], 'COMPLETED')
    assertHandedOver(resumed.outdir, 'ERR10')
  })
})
