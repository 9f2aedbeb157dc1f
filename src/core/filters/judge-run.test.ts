import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ReadFile } from '../run.ts'
import { defaultTaxonSettings, type FilterSettings, type Reach } from '../taxon.ts'
import { filterSetVersion } from './filter-set.ts'
import type { Measure, RunToJudge } from './filter.ts'
import { filters } from './filters.ts'
import { judgeRun } from './judge-run.ts'
import { isReachKnown } from './reach.ts'

function aFile(role: ReadFile['role']): ReadFile {
  return { name: `ERR900001_${role}.fastq.gz`, address: 'ftp.sra.ebi.ac.uk/x', sizeBytes: 1, md5: '0'.repeat(32), role }
}

const pair = [aFile('mate1'), aFile('mate2')]

function aRun(over: Partial<RunToJudge> = {}): RunToJudge {
  return {
    runAccession: 'ERR900001',
    taxId: 562,
    archiveState: 'public',
    libraryStrategy: 'WGS',
    librarySource: 'GENOMIC',
    libraryLayout: 'PAIRED',
    instrumentPlatform: 'ILLUMINA',
    baseCount: 500_000_000,
    firstPublicOn: '2025-05-05',
    readFiles: pair,
    filesProblem: undefined,
    leftSubtreeOn: undefined,
    ...over,
  }
}

function aMeasure(
  over: Partial<FilterSettings> = {},
  rest: { reach?: Reach; onlyTaxIds?: number[]; genomeSizeBases?: number } = {},
): Measure {
  const { reach = { kind: 'all' }, onlyTaxIds, genomeSizeBases = 5_000_000 } = rest
  return {
    settings: { ...defaultTaxonSettings, genomeSizeBases, filters: { ...defaultTaxonSettings.filters, ...over } },
    reach,
    onlyTaxIds,
  }
}

function reasonsOf(run: Partial<RunToJudge>, measure = aMeasure()): string[] {
  const verdict = judgeRun(aRun(run), measure)
  return verdict.kind === 'accepted' ? [] : verdict.reasons.map(reason => `${reason.code} ${reason.detail}`)
}

describe('each filter tells the value that failed', () => {
  const cases: [string, Partial<RunToJudge>, Measure, string[]][] = [
    ['plain bacterial WGS is accepted', {}, aMeasure(), []],
    ['strategy', { libraryStrategy: 'AMPLICON' }, aMeasure(), ['META_STRATEGY library_strategy=AMPLICON not in WGS']],
    ['source', { librarySource: 'METAGENOMIC' }, aMeasure(), ['META_SOURCE library_source=METAGENOMIC not in GENOMIC']],
    ['platform', { instrumentPlatform: 'LS454' }, aMeasure(), ['META_PLATFORM instrument_platform=LS454 not in ILLUMINA']],
    [
      'layout',
      { readFiles: [aFile('single')], libraryLayout: 'PAIRED' },
      aMeasure(),
      ['META_LAYOUT its files are single (ERR900001_single.fastq.gz), not paired'],
    ],
    ['human', { taxId: 9606 }, aMeasure(), ['META_HUMAN tax_id=9606 and filters.human is not true']],
    ['too few bases', { baseCount: 812_331 }, aMeasure(), ['META_BASES_LOW base_count=812331 < 100000000 (20 × 5000000)']],
    [
      'too many bases',
      { baseCount: 600_000_000 },
      aMeasure({ maxDepth: 100 }),
      ['META_BASES_HIGH base_count=600000000 > 500000000 (100 × 5000000)'],
    ],
    [
      'reach by day',
      { firstPublicOn: '2025-05-04' },
      aMeasure({}, { reach: { kind: 'from', firstPublicOn: '2025-05-05' } }),
      ['META_REACH first_public=2025-05-04 < 2025-05-05'],
    ],
    [
      'file lists',
      { readFiles: [], filesProblem: 'three sizes for two files' },
      aMeasure(),
      ['META_FILES three sizes for two files'],
    ],
    ['left subtree', { leftSubtreeOn: '2026-01-01' }, aMeasure(), ['META_SUBTREE not listed under the taxon since 2026-01-01']],
    ['alone', { taxId: 564 }, aMeasure({}, { onlyTaxIds: [562] }), ['META_SUBTREE tax_id=564, and the taxon is tracked alone']],
    [
      'withdrawn',
      { archiveState: 'withdrawn' },
      aMeasure(),
      ['RUN_WITHDRAWN two full reconciles and a look-up by accession missed it'],
    ],
  ]
  for (const [name, run, measure, expected] of cases) test(name, () => assert.deepEqual(reasonsOf(run, measure), expected))
})

describe('what is accepted', () => {
  test('a run whose bases the archive does not tell', () => assert.deepEqual(reasonsOf({ baseCount: undefined }), []))
  test('human, when it is forced', () => assert.deepEqual(reasonsOf({ taxId: 9606 }, aMeasure({ allowHuman: true })), []))
  test('anything where nothing is asked', () => {
    const measure = aMeasure({ strategies: [], sources: [], layouts: [], platforms: [], minDepth: 0 })
    assert.deepEqual(
      reasonsOf(
        { libraryStrategy: 'OTHER', librarySource: '', instrumentPlatform: 'X', baseCount: 1, readFiles: [aFile('single')] },
        measure,
      ),
      [],
    )
  })
  test('words that differ in capitals alone', () => assert.deepEqual(reasonsOf({}, aMeasure({ strategies: ['wgs'] })), []))
  test('mates in a run that the archive calls single', () => assert.deepEqual(reasonsOf({ libraryLayout: 'SINGLE' }), []))
})

describe('a run without FASTQ', () => {
  const waiting = { archiveState: 'waiting', readFiles: [] } as const
  test('waits when nothing else speaks against it', () => assert.equal(judgeRun(aRun(waiting), aMeasure()).kind, 'waiting'))
  test('is rejected when something does, and all reasons are kept', () => {
    const run = aRun({ ...waiting, libraryStrategy: 'AMPLICON', baseCount: 10 })
    const verdict = judgeRun(run, aMeasure())
    assert.ok(verdict.kind === 'rejected')
    assert.deepEqual(
      verdict.reasons.map(reason => reason.code),
      ['META_STRATEGY', 'META_BASES_LOW', 'META_WAITING'],
    )
  })
})

describe('the newest so many runs', () => {
  const from = { firstPublicOn: '2025-05-05', runAccession: 'ERR900005' }
  const measure = aMeasure({}, { reach: { kind: 'max-runs', runs: 10, from } })
  test('end within a day by accession', () => {
    assert.deepEqual(reasonsOf({ runAccession: 'ERR900005' }, measure), [])
    assert.equal(reasonsOf({ runAccession: 'ERR900004' }, measure)[0]?.slice(0, 10), 'META_REACH')
    assert.deepEqual(reasonsOf({ runAccession: 'ERR900001', firstPublicOn: '2025-05-06' }, measure), [])
  })
  test('are known only after the first look', () => {
    assert.equal(isReachKnown({ kind: 'max-runs', runs: 10, from: undefined }), false)
    assert.equal(isReachKnown({ kind: 'max-runs', runs: 10, from }), true)
  })
})

describe('the version of the filter set', () => {
  const version = (over: Partial<FilterSettings>, rest: Parameters<typeof aMeasure>[1] = {}) =>
    filterSetVersion(aMeasure(over, rest))
  test('changes with whatever a verdict or its reasons may depend on', () => {
    const versions = [
      version({}),
      version({ strategies: ['WGS', 'WGA'] }),
      version({ layouts: ['single'] }),
      version({ minDepth: 30 }),
      version({ maxDepth: 300 }),
      version({ allowHuman: true }),
      version({}, { genomeSizeBases: 4_000_000 }),
      version({}, { reach: { kind: 'from', firstPublicOn: '2025-01-01' } }),
      version({}, { onlyTaxIds: [562] }),
    ]
    assert.equal(new Set(versions).size, versions.length)
  })
  test('does not change with the order or the capitals of words, nor with a genome size that nothing is measured by', () => {
    assert.equal(version({ strategies: ['WGS', 'WGA'] }), version({ strategies: ['wga', 'WGS'] }))
    assert.equal(version({ minDepth: 0 }), version({ minDepth: 0 }, { genomeSizeBases: 1 }))
  })
})

test('every filter has a name of its own', () => {
  assert.equal(new Set(filters.map(filter => filter.name)).size, filters.length)
})
