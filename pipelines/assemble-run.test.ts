import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { startFileHost } from './testing/file-host.ts'
import { madeGenome, madePairs } from './testing/made-reads.ts'
import { offerRun } from './testing/made-run.ts'
import { missingTools } from './testing/missing-tools.ts'
import { processesLeftIn } from './testing/processes-in.ts'
import { executeRecipe, missingForNextflow } from './testing/nextflow-execution.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const script = join(import.meta.dirname, 'bin', 'assemble-run.sh')
const stubs = { PATH: `${join(import.meta.dirname, 'testing', 'stub-assemblers')}:${process.env['PATH'] ?? ''}` }
const contig = madeGenome(500, 1)

interface Assembled {
  exit: number | null
  reason: string
  folder: string
  contigs: string
}

/** Runs assemble-run.sh over empty reads with stubbed assemblers that behave as the environment says. */
async function assemble(assembler: string, env: Record<string, string>, options: string[] = []): Promise<Assembled> {
  const folder = temporaryFolder('assemble-run')
  mkdirSync(join(folder, 'trimmed'))
  for (const mate of ['1', '2']) writeFileSync(join(folder, 'trimmed', `ERR1_${mate}.trimmed.fastq.gz`), '')
  const given = ['--run', 'ERR1', '--assembler', assembler, '--reads', 'trimmed', '--cpus', '2', '--memory-gb', '3', ...options]
  const started = spawn('bash', [script, ...given], {
    cwd: folder,
    env: { ...process.env, ...stubs, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  started.stderr.on('data', chunk => (stderr += String(chunk)))
  const exit = await new Promise<number | null>(resolve => started.on('close', resolve))
  const path = join(folder, 'ERR1.contigs.fasta')
  assert.equal(existsSync(join(folder, 'assembler')), false, 'the assembler’s own files are gone')
  return {
    exit,
    reason: /^microfetch-reason: (.*)$/m.exec(stderr)?.[1] ?? '',
    folder,
    contigs: existsSync(path) ? readFileSync(path, 'utf8') : '',
  }
}

/** A folder that holds these of the machine's programs and no others. */
function folderWith(...programs: string[]): string {
  const folder = temporaryFolder('path')
  for (const program of programs) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(), join(folder, program))
  }
  return folder
}

suite('assembling a run', { skip: missingTools('bash', 'awk'), concurrency: 4 }, () => {
  for (const assembler of ['skesa', 'spades', 'megahit']) {
    test(`${assembler}: contigs that are long enough are kept, with the version that made them`, async () => {
      const assembled = await assemble(assembler, { STUB_CONTIG: contig })
      assert.equal(assembled.exit, 0)
      assert.equal(assembled.contigs, `>contig_1\n${contig}\n`)
      assert.equal(readFileSync(join(assembled.folder, 'assemble.versions.tsv'), 'utf8'), `${assembler}\t9.8.7\n`)
    })
  }

  test('SKESA is never given less memory than it accepts', async () => {
    assert.match(
      readFileSync(join((await assemble('skesa', { STUB_CONTIG: contig })).folder, 'assembler.log'), 'utf8'),
      /memory was 4/,
    )
  })

  const endings: [string, string, Record<string, string>, number, RegExp][] = [
    ['no contig at all', 'megahit', {}, 51, /^ASM_NO_CONTIGS run=ERR1 assembler=megahit min_contig=200$/],
    ['only short contigs', 'skesa', { STUB_CONTIG: 'ACGT' }, 51, /^ASM_NO_CONTIGS /],
    [
      'reads that SKESA finds nothing in',
      'skesa',
      { STUB_EXIT: '1', STUB_SAYS: 'Reads are too short for selected minimal kmer length' },
      51,
      /^ASM_NO_CONTIGS .*said=Reads_are/,
    ],
    [
      'SPAdes’s 21 for reads without depth',
      'spades',
      { STUB_EXIT: '21', STUB_SAYS: '0:00 1M ERROR General Invalid kmer coverage histogram' },
      51,
      /^ASM_NO_CONTIGS /,
    ],
    [
      'SPAdes’s 21 with other words',
      'spades',
      { STUB_EXIT: '21', STUB_SAYS: '0:00 1M ERROR General contain unequal amount of reads' },
      54,
      /^ASM_FAIL .*said=.*unequal/,
    ],
    ['SPAdes’s 21 without a word', 'spades', { STUB_EXIT: '21' }, 21, /^$/],
    [
      'SPAdes’s 12 with words on memory',
      'spades',
      { STUB_EXIT: '12', STUB_SAYS: 'mmap(2) failed. Reason: Cannot allocate memory' },
      53,
      /^ASM_OOM .*memory_gb=3$/,
    ],
    [
      'a child of SPAdes that was killed',
      'spades',
      { STUB_EXIT: '247', STUB_SAYS: 'finished abnormally, OS return value: -9' },
      53,
      /^ASM_OOM /,
    ],
    [
      'SKESA’s refusal of its memory',
      'skesa',
      { STUB_EXIT: '1', STUB_SAYS: 'Memory provided is insufficient to do runs' },
      53,
      /^ASM_OOM /,
    ],
    ['a killed assembler', 'megahit', { STUB_NEEDS_GB: 'ERR1=99' }, 137, /^$/],
    [
      'any other failure',
      'megahit',
      { STUB_EXIT: '7', STUB_SAYS: 'error: a strange thing' },
      54,
      /^ASM_FAIL .*exit=7 said=error:_a_strange_thing$/,
    ],
  ]
  for (const [what, assembler, env, exit, reason] of endings) {
    test(`${what} ends with ${exit}`, async () => {
      const assembled = await assemble(assembler, env)
      assert.equal(assembled.exit, exit, assembled.reason)
      assert.match(assembled.reason, reason)
    })
  }

  test('a missing assembler is named', async () => {
    const assembled = await assemble('megahit', { PATH: folderWith('bash', 'awk', 'dirname', 'mkdir', 'rm') })
    assert.deepEqual([assembled.exit, assembled.reason], [127, 'PIPE_FAIL tool=megahit'])
  })

  test('an assembly outside the bounds that were set is ASM_LEN', async () => {
    const short = await assemble('megahit', { STUB_CONTIG: contig }, ['--min-length', '501'])
    assert.deepEqual([short.exit, short.reason], [52, 'ASM_LEN run=ERR1 expected_min=501 got=500'])
    const long = await assemble('megahit', { STUB_CONTIG: contig }, ['--max-length', '499'])
    assert.deepEqual([long.exit, long.reason], [52, 'ASM_LEN run=ERR1 expected_max=499 got=500'])
    assert.equal((await assemble('megahit', { STUB_CONTIG: contig }, ['--min-length', '500', '--max-length', '500'])).exit, 0)
  })

  test('the time limit ends an assembler with its children', async () => {
    const assembled = await assemble('spades', { STUB_SLEEP: '300' }, ['--limit-seconds', '1'])
    assert.deepEqual([assembled.exit, assembled.reason], [140, 'ASM_TIME run=ERR1 assembler=spades limit_seconds=1'])
    assert.deepEqual(await processesLeftIn(assembled.folder), [])
  })
})

test(
  'an assembly that is short of memory is tried again with twice as much, up to what is allowed',
  { skip: missingForNextflow() },
  async () => {
    const host = await startFileHost()
    const mates = madePairs(madeGenome(1_000, 1), 5, 2)
    const lines = ['ERR30', 'ERR31'].flatMap(run => offerRun(host, run, { mates }))
    Object.assign(process.env, stubs, { STUB_CONTIG: contig, STUB_NEEDS_GB: 'ERR30=12 ERR31=99' })
    const done = await executeRecipe('assemble', lines, ['--assembler', 'megahit', '--max_memory_gb', '12'])
    await host.close()
    assert.equal(done.exit, 0, done.said)
    const tries = (run: string): string[] =>
      done.trace
        .filter(task => task['name'] === `ASSEMBLE (${run})`)
        .map(task => `${task['attempt']}:${task['status']}:${task['exit']}`)
    assert.deepEqual(tries('ERR30').sort(), ['1:FAILED:137', '2:COMPLETED:0'])
    assert.deepEqual(tries('ERR31').sort(), ['1:FAILED:137', '2:FAILED:137'])
    assert.ok(existsSync(join(done.outdir, 'ERR30', 'run-complete.json')))
  },
)
