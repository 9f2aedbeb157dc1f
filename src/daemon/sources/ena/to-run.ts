import { readRunAccession } from '../../../core/accession.ts'
import type { RunAccession } from '../../../core/accession.ts'
import type { ArchiveRun } from '../../../core/run.ts'
import { readDay } from './ena-dates.ts'
import { requiredFields } from './fields.ts'
import type { RequiredField } from './fields.ts'
import { readFilesOf } from './read-files.ts'

/** Where each column that we parse stands in a row. */
export type Places = Readonly<Record<RequiredField, number>>

/** A row that cannot be read, with its accession where at least that is clear. */
export interface BadRow {
  kind: 'bad'
  accession: RunAccession | undefined
  why: string
}

/** A row that was read. */
export interface GoodRow {
  kind: 'run'
  run: ArchiveRun
}

/** Where the columns stand in a row of these columns; the names of those that are missing when some are. */
export function placesIn(columns: readonly string[]): Places | string[] {
  const places = requiredFields.map(field => [field, columns.indexOf(field)] as const)
  const missing = places.filter(([, place]) => place === -1).map(([field]) => field)
  return missing.length > 0 ? missing : (Object.fromEntries(places) as Record<RequiredField, number>)
}

/**
 * Reads one row. Text stays as the archive has it, HTML entities and all. A row without a readable run accession or tax id is bad;
 * file lists that cannot be read are the run's `filesProblem`; empty or odd counts and dates are unknown.
 */
export function toRun(cells: readonly string[], at: Places, metadataLine: string): GoodRow | BadRow {
  const cell = (field: RequiredField) => cells[at[field]] ?? ''
  const accessionCell = cell('run_accession')
  const runAccession = readRunAccession(accessionCell)
  if (runAccession === undefined)
    return { kind: 'bad', accession: undefined, why: `not a run accession: ${accessionCell.slice(0, 60)}` }
  const taxId = readNumber(cell('tax_id'))
  if (taxId === undefined || taxId === 0)
    return { kind: 'bad', accession: runAccession, why: `not a tax id: ${cell('tax_id').slice(0, 60)}` }
  const read = readFilesOf(runAccession, {
    fastqFtp: cell('fastq_ftp'),
    fastqBytes: cell('fastq_bytes'),
    fastqMd5: cell('fastq_md5'),
  })
  const run: ArchiveRun = {
    runAccession,
    studyAccession: cell('study_accession'),
    sampleAccession: cell('sample_accession'),
    experimentAccession: cell('experiment_accession'),
    taxId,
    scientificName: cell('scientific_name'),
    libraryStrategy: cell('library_strategy'),
    librarySource: cell('library_source'),
    libraryLayout: cell('library_layout'),
    instrumentPlatform: cell('instrument_platform'),
    readCount: readNumber(cell('read_count')),
    baseCount: readNumber(cell('base_count')),
    firstPublicOn: readDay(cell('first_public')),
    enaUpdatedOn: readDay(cell('last_updated')),
    readFiles: read.files,
    filesProblem: read.problem,
    metadataLine,
  }
  return { kind: 'run', run }
}

/** A whole number of zero or more; undefined for an empty cell and for anything else. */
function readNumber(cell: string): number | undefined {
  const text = cell.trim()
  if (!/^\d+$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}
