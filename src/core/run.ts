import type { RunAccession } from './accession.ts'
import { fingerprint } from './fingerprint.ts'

/** What a read file holds: one mate of pairs, unpaired reads, or the orphans that lost their mate. */
export type ReadFileRole = 'mate1' | 'mate2' | 'single' | 'orphan' | 'other'

/** One FASTQ file as the archive lists it. */
export interface ReadFile {
  /** The file's name, e.g. `ERR164407_1.fastq.gz`. */
  name: string
  /** Host and path without a scheme, e.g. `ftp.sra.ebi.ac.uk/vol1/fastq/ERR164/ERR164407/ERR164407_1.fastq.gz`. */
  address: string
  sizeBytes: number
  /** MD5 of the file as served, 32 small hexadecimal digits. */
  md5: string
  role: ReadFileRole
}

/** Where the run stands in the archive; never mixed with what we did with it. */
export type ArchiveState = 'public' | 'waiting' | 'withdrawn'

/** A sequencing run as the archive describes it, parsed and trusted. */
export interface ArchiveRun {
  runAccession: RunAccession
  studyAccession: string
  sampleAccession: string
  experimentAccession: string
  taxId: number
  scientificName: string
  libraryStrategy: string
  librarySource: string
  libraryLayout: string
  instrumentPlatform: string
  /** Undefined where the archive leaves the cell empty. */
  readCount: number | undefined
  baseCount: number | undefined
  /** Days, `YYYY-MM-DD`; empty where the archive leaves the cell empty. */
  firstPublicOn: string
  enaUpdatedOn: string
  readFiles: ReadFile[]
  /** What was wrong with the file lists, e.g. lists of unequal length; the files are then empty. */
  filesProblem: string | undefined
  /** Every column as the archive sent it, tab separated, in the order of the source's field list. */
  metadataLine: string
}

/** The layout as the files show it; `library_layout` is not to be trusted. */
export function layoutOf(files: readonly ReadFile[]): 'paired' | 'single' | 'none' {
  if (files.some(file => file.role === 'mate1') && files.some(file => file.role === 'mate2')) return 'paired'
  return files.length > 0 ? 'single' : 'none'
}

/** Names the run's files as they are now (bytes and MD5); undefined while there are none. */
export function revisionOf(files: readonly ReadFile[]): string | undefined {
  if (files.length === 0) return undefined
  const lines = files.map(file => `${file.name} ${file.sizeBytes} ${file.md5}`).sort()
  return fingerprint(lines.join('\n'))
}

/** Bytes of all read files together. */
export function totalBytes(files: readonly ReadFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0)
}
