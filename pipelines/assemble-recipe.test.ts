import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { startFileHost, type FileHost } from './testing/file-host.ts'
import { assembledPart, assertContigsOf } from './testing/contigs.ts'
import { chance, madeGenome, madePairs } from './testing/made-reads.ts'
import { offerRun } from './testing/made-run.ts'
import { executeRecipe, missingForNextflow, type Execution, type SheetLine } from './testing/nextflow-execution.ts'
import { assertHandedOver, filesBelow } from './testing/run-folder.ts'

const genome = madeGenome(10_000, 7)
const mates = madePairs(genome, 30, 8)
/** Reads of ten places so far apart that no two overlap: nothing can be assembled. */
const apart =
  madeGenome(40_000, 9)
    .match(/.{4000}/g)
    ?.map(part => part.slice(0, 100)) ?? []
const fastq = (reads: string[], quality = 'I'): string =>
  reads.map((read, at) => `@made.${at}\n${read}\n+\n${quality.repeat(read.length)}\n`).join('')
const next = chance(3)
const unreadable = fastq(
  Array.from({ length: 60 }, () => [...'N'.repeat(80)].map(base => (next() < 0.2 ? 'A' : base)).join('')),
  '#',
)

/** Figures of an assembly by column. */
function figures(outdir: string, run: string, file = `${run}.assembly.tsv`): Record<string, string> {
  const rows = readFileSync(join(outdir, run, 'stats', file), 'utf8')
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith('#'))
  const [names = [], cells = []] = rows.map(row => row.split('\t'))
  return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))
}

const tools = { skesa: 'skesa', spades: 'spades.py', megahit: 'megahit' }
for (const [assembler, tool] of Object.entries(tools)) {
  suite(`the assemble recipe with ${assembler}`, { skip: missingForNextflow('fastp', tool) }, () => {
    let host: FileHost
    let done: Execution
    before(async () => {
      host = await startFileHost()
      done = await executeRecipe('assemble', batchOf(assembler, host), optionsOf(assembler))
    })
    after(async () => host.close())

    const failed = (run: string): Record<string, string> =>
      done.trace.find(task => task['tag'] === run && task['status'] === 'FAILED') ?? {}

    test('the execution ends well and assembles the run', () => {
      assert.equal(done.exit, 0, done.said)
      const listed = assertHandedOver(done.outdir, 'ERR20')
      const contigs = readFileSync(join(done.outdir, 'ERR20', 'assembly', 'ERR20.contigs.fasta'), 'utf8')
      assertContigsOf(contigs, genome)
      assert.ok(assembledPart(contigs, genome) > 0.9, contigs)
      for (const path of [
        'fetch.tsv',
        'versions.json',
        'stats/ERR20.assembly.tsv',
        'stats/ERR20_assembly_mqc.tsv',
        'stats/ERR20.fastp.json',
      ]) {
        assert.ok(listed.includes(path), `${path} is not in ${listed.join(' ')}`)
      }
    })

    test('its figures are those of the contigs, for people and for MultiQC', () => {
      const contigs = readFileSync(join(done.outdir, 'ERR20', 'assembly', 'ERR20.contigs.fasta'), 'utf8')
      const lengths = contigs
        .split(/^>.*$/m)
        .slice(1)
        .map(part => part.replace(/\s/g, '').length)
      const row = figures(done.outdir, 'ERR20')
      assert.equal(row['assembler'], assembler)
      assert.equal(row['contigs'], String(lengths.length))
      assert.equal(row['total_length'], String(lengths.reduce((sum, length) => sum + length, 0)))
      assert.equal(row['largest'], String(Math.max(...lengths)))
      assert.ok(Number(row['gc_percent']) > 45 && Number(row['gc_percent']) < 55, row['gc_percent'])
      assert.ok(Math.abs(Number(row['depth']) - 30) < 2, row['depth'])
      const { run, ...rest } = row
      assert.deepEqual(figures(done.outdir, 'ERR20', 'ERR20_assembly_mqc.tsv'), { Sample: run, ...rest })
    })

    test('the versions of the tools that were used are there, and of no others', () => {
      const versions = JSON.parse(readFileSync(join(done.outdir, 'ERR20', 'versions.json'), 'utf8')) as Record<string, string>
      assert.deepEqual(Object.keys(versions).sort(), ['aria2', 'fastp', 'microfetch-assemble', 'nextflow', assembler].sort())
      for (const version of Object.values(versions)) assert.match(version, /^\d+\.\d+/)
    })

    test('trimmed reads and the assembler’s own files are gone from the work folder', () => {
      const work = join(done.folder, 'work')
      const left = done.trace
        .filter(task => ['FASTP', 'ASSEMBLE'].includes(task['process'] ?? ''))
        .map(task => task['workdir'] ?? '')
      assert.ok(left.every(folder => folder.startsWith(work)))
      for (const folder of left)
        assert.deepEqual(
          [existsSync(join(folder, 'assembler')), existsSync(join(folder, 'trimmed', 'ERR20_1.trimmed.fastq.gz'))],
          [false, false],
        )
    })

    if (assembler === 'skesa') {
      test('reads that do not meet make no contigs, and the run says so', () => {
        assert.deepEqual([failed('ERR21')['process'], failed('ERR21')['exit']], ['ASSEMBLE', '51'])
        assert.match(
          readFileSync(join(failed('ERR21')['workdir'] ?? '', '.command.err'), 'utf8'),
          /^microfetch-reason: ASM_NO_CONTIGS run=ERR21 /m,
        )
        assert.equal(existsSync(join(done.outdir, 'ERR21')), false)
      })

      test('orphans are used and said to be', () => assert.equal(figures(done.outdir, 'ERR20')['orphans_used'], '40'))

      test('a run of which fastp leaves no read says so', () => {
        assert.deepEqual([failed('ERR22')['process'], failed('ERR22')['exit']], ['FASTP', '61'])
        const said = readFileSync(join(failed('ERR22')['workdir'] ?? '', '.command.err'), 'utf8')
        assert.match(said, /^microfetch-reason: QC_FAIL run=ERR22 before=120 after=0$/m)
        assert.equal(existsSync(join(done.outdir, 'ERR22')), false)
      })
    }
    if (assembler === 'megahit') {
      test('a run of single reads is assembled too', () => {
        assertHandedOver(done.outdir, 'ERR23')
        assertContigsOf(readFileSync(join(done.outdir, 'ERR23', 'assembly', 'ERR23.contigs.fasta'), 'utf8'), genome)
      })
    }
    if (assembler === 'spades') {
      test('where only the assembly is kept, the reads are neither handed over nor left in the work folder', () => {
        assert.ok(!assertHandedOver(done.outdir, 'ERR20').some(path => path.startsWith('reads/')))
        const fetched = done.trace.find(task => task['name'] === 'FETCH (ERR20)')?.['workdir'] ?? ''
        assert.deepEqual(filesBelow(join(fetched, 'reads')), [])
      })
    }
  })
}

function batchOf(assembler: string, host: FileHost): SheetLine[] {
  if (assembler === 'spades') return offerRun(host, 'ERR20', { mates })
  if (assembler === 'megahit') return [...offerRun(host, 'ERR20', { mates }), ...offerRun(host, 'ERR23', { single: mates[0] })]
  const orphan = mates[0].split('\n').slice(0, 160).join('\n') + '\n'
  return [
    ...offerRun(host, 'ERR20', { mates, orphan }),
    ...offerRun(host, 'ERR21', { single: fastq(apart) }),
    ...offerRun(host, 'ERR22', { mates: [unreadable, unreadable] }),
  ]
}

function optionsOf(assembler: string): string[] {
  const keep = assembler === 'spades' ? ['--keep', 'assembly'] : []
  return ['--assembler', assembler, '--genome_size', String(genome.length), '--max_memory_gb', '4', ...keep]
}
