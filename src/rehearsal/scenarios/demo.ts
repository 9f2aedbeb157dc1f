import type { ContentFlaw, LibraryWish, RunGroup, Scenario } from '../scenario.ts'

/** The genus of the demonstration, with two of its species in the world. */
export const demoGenus = 620
/** The two species of the genus. */
export const demoSpecies = [624, 623] as const
/** A species outside the genus. */
export const demoOtherSpecies = 666
/** Length of every invented genome in the demonstration, in bases: what `genome_size` is to be set to. */
export const demoGenomeBases = 20_000
/** How deep the runs that are fit for assembly cover their genome. */
export const demoDepth = 40

/** Runs of the demonstration that have a story of their own, by their story. */
export const demoRuns = {
  wrongMd5Once: 'ERR9200001',
  truncatedGzip: 'ERR9200002',
  waiting: 'ERR9200003',
  pairedWithOneFile: 'ERR9200004',
  tooShallow: 'ERR9200005',
  orphanFirst: 'ERR9200006',
} as const

/** Ten runs that can be assembled, twelve that filters reject, one that waits for its files, and one whose file is broken though its MD5 is right. */
export function demoScenario(): Scenario {
  const [sonnei, flexneri] = demoSpecies
  return {
    seed: 7,
    taxa: [
      { id: 2, name: 'Bacteria', rank: 'domain' },
      { id: 543, parent: 2, name: 'Enterobacteriaceae', rank: 'family' },
      { id: demoGenus, parent: 543, name: 'Shigella', rank: 'genus', genomeBases: demoGenomeBases },
      { id: sonnei, parent: demoGenus, name: 'Shigella sonnei', genomeBases: demoGenomeBases },
      { id: flexneri, parent: demoGenus, name: 'Shigella flexneri', genomeBases: demoGenomeBases },
      { id: demoOtherSpecies, parent: 2, name: 'Vibrio cholerae', genomeBases: demoGenomeBases },
    ],
    runs: [
      fit(sonnei, 3),
      fit(flexneri, 2),
      fit(demoOtherSpecies, 3),
      special(demoOtherSpecies, demoRuns.orphanFirst, { shape: 'orphan-first' }),
      {
        ...special(sonnei, demoRuns.wrongMd5Once),
        faults: [{ fault: 'file-wrong-md5-once', match: { pathEnds: '_1.fastq.gz' } }],
      },
      special(flexneri, demoRuns.truncatedGzip, {}, 'gzip-truncated'),
      special(sonnei, demoRuns.waiting, { shape: 'none' }),
      special(demoOtherSpecies, demoRuns.pairedWithOneFile, { shape: 'paired-one-file' }),
      { ...special(sonnei, demoRuns.tooShallow), depth: 2 },
      ...rejected(sonnei, flexneri),
    ],
  }
}

function fit(taxon: number, count: number): RunGroup {
  return { taxon, count, depth: demoDepth, library: { readBases: 125 } }
}

function special(taxon: number, accession: string, library: LibraryWish = {}, flaw?: ContentFlaw): RunGroup {
  return { taxon, accession, depth: demoDepth, library: { readBases: 125, ...library }, ...(flaw === undefined ? {} : { flaw }) }
}

/** Ten runs that are not what assembly of a genome needs: by strategy, source, platform or layout. */
function rejected(sonnei: number, flexneri: number): RunGroup[] {
  const wishes: readonly (readonly [taxon: number, count: number, library: LibraryWish])[] = [
    [sonnei, 2, { strategy: 'RNA-Seq', source: 'TRANSCRIPTOMIC', selection: 'cDNA' }],
    [flexneri, 2, { strategy: 'AMPLICON', selection: 'PCR', model: 'Illumina MiSeq' }],
    [demoGenus, 1, { source: 'METAGENOMIC' }],
    [sonnei, 2, { platform: 'OXFORD_NANOPORE', model: 'MinION', shape: 'single-as-mate', readBases: 3000 }],
    [flexneri, 1, { platform: 'PACBIO_SMRT', model: 'Sequel', shape: 'subreads', readBases: 4000 }],
    [demoOtherSpecies, 1, { platform: 'LS454', model: '454 GS FLX', shape: 'single', readBases: 400 }],
    [demoOtherSpecies, 1, { shape: 'single', model: 'NextSeq 500' }],
  ]
  return wishes.map(([taxon, count, library]) => ({ taxon, count, library, depth: 8 }))
}
