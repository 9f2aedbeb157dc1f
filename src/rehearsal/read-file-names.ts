import type { FileShape } from './scenario.ts'

/** What a FASTQ file of a run holds: a mate, reads whose mate was lost, or unpaired reads. */
export type ReadRole = 'first' | 'second' | 'orphan' | 'single'

/** A file that a run lists, by its name and what it holds. */
export interface NamedReadFile {
  name: string
  role: ReadRole
}

// An orphan file stands before the mates, as in every three-file run that was looked at.
const filesOfShape: Record<FileShape, readonly (readonly [ending: string, role: ReadRole])[]> = {
  paired: [
    ['_1', 'first'],
    ['_2', 'second'],
  ],
  single: [['', 'single']],
  'orphan-first': [
    ['', 'orphan'],
    ['_1', 'first'],
    ['_2', 'second'],
  ],
  'paired-one-file': [['', 'single']],
  'single-two-files': [
    ['_1', 'first'],
    ['_2', 'second'],
  ],
  'single-as-mate': [['_1', 'single']],
  subreads: [['_subreads', 'single']],
  none: [],
}

/** The files of a run of this shape, in the order in which the archive lists them. */
export function readFileNames(accession: string, shape: FileShape): NamedReadFile[] {
  return filesOfShape[shape].map(([ending, role]) => ({ name: `${accession}${ending}.fastq.gz`, role }))
}

/** What stands between a run's accession and `.fastq.gz` in each of its files' names, and what the file holds. */
export function fileEndings(shape: FileShape): readonly (readonly [ending: string, role: ReadRole])[] {
  return filesOfShape[shape]
}

/** The layout that a library of this shape is filed under, unless a study says otherwise. */
export function layoutOfShape(shape: FileShape): 'PAIRED' | 'SINGLE' {
  return shape === 'paired' || shape === 'orphan-first' || shape === 'paired-one-file' || shape === 'none' ? 'PAIRED' : 'SINGLE'
}

/**
 * The folder of a run on the archive's file host: `ERR691/001/ERR6913101`.
 * The middle part is missing for accessions of nine characters and holds the digits beyond the ninth otherwise, filled up to three.
 */
export function runFolder(accession: string): string {
  const rest = accession.slice(9)
  const middle = rest === '' ? '' : `${rest.padStart(3, '0')}/`
  return `${accession.slice(0, 6)}/${middle}${accession}`
}
