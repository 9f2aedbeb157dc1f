import type { RunAccession } from '../../src/core/accession.ts'
import type { ArchiveRun, ReadFile } from '../../src/core/run.ts'
import type { Scope } from '../../src/core/taxon.ts'
import { fingerprint } from '../../src/core/fingerprint.ts'

/** A taxon of a small archive. */
export interface WorldTaxon {
  taxId: number
  scientificName: string
  rank: string
  /** The taxon above; undefined at the top. */
  parent?: number
  /** Ids that lead here by a merge. */
  merged?: number[]
  /** Further names. */
  synonyms?: string[]
}

/** The columns of the lines that `anArchiveRun` makes. */
export const worldFields = ['run_accession', 'sample_accession', 'country'] as const

/** A run of the archive: a plain pair of *Shigella sonnei*, but for what is given. */
export function anArchiveRun(
  given: Partial<Omit<ArchiveRun, 'runAccession'>> & { runAccession?: string; country?: string } = {},
): ArchiveRun {
  const { country = 'Georgia', runAccession: name = 'ERR900001', ...rest } = given
  const runAccession = name as RunAccession
  const sampleAccession = rest.sampleAccession ?? `SAMEA${runAccession.slice(3)}`
  return {
    runAccession,
    studyAccession: 'PRJEB9000',
    sampleAccession,
    experimentAccession: `${runAccession.slice(0, 1)}RX${runAccession.slice(3)}`,
    taxId: 624,
    scientificName: 'Shigella sonnei',
    libraryStrategy: 'WGS',
    librarySource: 'GENOMIC',
    libraryLayout: 'PAIRED',
    instrumentPlatform: 'ILLUMINA',
    readCount: 1_000_000,
    baseCount: 300_000_000,
    firstPublicOn: '2024-02-11',
    enaUpdatedOn: '2024-02-12',
    readFiles: pairOf(runAccession),
    filesProblem: undefined,
    metadataLine: [runAccession, sampleAccession, country].join('\t'),
    ...rest,
  }
}

/** The two mate files of a run; another `revision` is other bytes and another MD5 under the same names. */
export function pairOf(run: string, revision = 0): ReadFile[] {
  return (['_1', '_2'] as const).map((ending, place) => {
    const name = `${run}${ending}.fastq.gz`
    const md5 = fingerprint(`${name} ${revision}`) + fingerprint(`${revision} ${name}`)
    const address = `ftp.sra.ebi.ac.uk/vol1/fastq/${run.slice(0, 6)}/${run}/${name}`
    return { name, address, sizeBytes: 50_000_000 + revision * 1000 + place, md5, role: place === 0 ? 'mate1' : 'mate2' }
  })
}

/** The taxa that a scope holds: the taxon alone, or with all below it. */
export function taxaWithin(taxa: readonly WorldTaxon[], taxId: number, scope: Scope): Set<number> {
  const within = new Set([taxId])
  if (scope === 'alone') return within
  for (let before = 0; before !== within.size;) {
    before = within.size
    for (const taxon of taxa) if (taxon.parent !== undefined && within.has(taxon.parent)) within.add(taxon.taxId)
  }
  return within
}

/** The names above a taxon, from the top down. */
export function lineageOf(taxa: readonly WorldTaxon[], taxon: WorldTaxon): string[] {
  const parent = taxa.find(other => other.taxId === taxon.parent)
  return parent === undefined ? [] : [...lineageOf(taxa, parent), parent.scientificName]
}
