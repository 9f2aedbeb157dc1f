import { fingerprint } from '../../core/fingerprint.ts'
import { revisionOf, totalBytes, type ArchiveRun } from '../../core/run.ts'

/** What the archive says of a run, as the table `runs` holds it; its metadata apart. */
export interface RunColumns {
  study_accession: string
  sample_accession: string
  experiment_accession: string
  tax_id: number
  scientific_name: string
  library_strategy: string
  library_source: string
  library_layout: string
  instrument_platform: string
  read_count: number | null
  base_count: number | null
  fastq_bytes: number
  first_public_on: string
  ena_updated_on: string
  files_json: string
  files_problem: string | null
  revision: string | null
  archive_state: 'public' | 'waiting'
}

/** A run of an answer, ready to be compared: most are, and are then forgotten. */
export interface AnsweredRun {
  run: ArchiveRun
  /** Fingerprint of all that the archive says of it. */
  rowHash: string
}

/** Names all that the archive says of a run. Written by hand and not as JSON, as it is done for every row of every answer. */
export function toAnsweredRun(run: ArchiveRun): AnsweredRun {
  const { studyAccession, sampleAccession, experimentAccession, taxId, scientificName, readCount, baseCount } = run
  const { libraryStrategy, librarySource, libraryLayout, instrumentPlatform, firstPublicOn, enaUpdatedOn, filesProblem } = run
  const names = `${studyAccession}\t${sampleAccession}\t${experimentAccession}\t${taxId}\t${scientificName}`
  const library = `${libraryStrategy}\t${librarySource}\t${libraryLayout}\t${instrumentPlatform}\t${readCount}\t${baseCount}`
  let files = filesProblem ?? ''
  for (const { name, address, sizeBytes, md5, role } of run.readFiles)
    files += `\t${name}\t${address}\t${sizeBytes}\t${md5}\t${role}`
  return { run, rowHash: fingerprint(`${names}\n${library}\n${firstPublicOn}\t${enaUpdatedOn}\n${files}\n${run.metadataLine}`) }
}

/** A run of an answer that is to be stored. */
export interface KeptRun {
  runAccession: string
  rowHash: string
  columns: RunColumns
  metadata: string
}

/** What of it is to be stored. */
export function toKeptRun({ run, rowHash }: AnsweredRun): KeptRun {
  return { runAccession: run.runAccession, rowHash, columns: columnsOf(run), metadata: run.metadataLine }
}

/** A run without files waits for them, unless the archive's lists of files cannot be read. */
function columnsOf(run: ArchiveRun): RunColumns {
  const revision = revisionOf(run.readFiles) ?? null
  return {
    study_accession: run.studyAccession,
    sample_accession: run.sampleAccession,
    experiment_accession: run.experimentAccession,
    tax_id: run.taxId,
    scientific_name: run.scientificName,
    library_strategy: run.libraryStrategy,
    library_source: run.librarySource,
    library_layout: run.libraryLayout,
    instrument_platform: run.instrumentPlatform,
    read_count: run.readCount ?? null,
    base_count: run.baseCount ?? null,
    fastq_bytes: totalBytes(run.readFiles),
    first_public_on: run.firstPublicOn,
    ena_updated_on: run.enaUpdatedOn,
    files_json: JSON.stringify(run.readFiles),
    files_problem: run.filesProblem ?? null,
    revision,
    archive_state: revision === null && run.filesProblem === undefined ? 'waiting' : 'public',
  }
}

/** The columns, in the order in which `columnValues` gives their values. */
export const columnNames = [
  'study_accession',
  'sample_accession',
  'experiment_accession',
  'tax_id',
  'scientific_name',
  'library_strategy',
  'library_source',
  'library_layout',
  'instrument_platform',
  'read_count',
  'base_count',
  'fastq_bytes',
  'first_public_on',
  'ena_updated_on',
  'files_json',
  'files_problem',
  'revision',
  'archive_state',
] as const satisfies readonly (keyof RunColumns)[]

/** The values of `columnNames`. */
export function columnValues(columns: RunColumns): unknown[] {
  return columnNames.map(name => columns[name])
}

/** Columns that filters or owing see: a change of any other costs a comparison, and never a new verdict. */
export const judgedColumns = [
  'tax_id',
  'library_strategy',
  'library_source',
  'instrument_platform',
  'base_count',
  'first_public_on',
  'files_json',
  'files_problem',
  'revision',
  'archive_state',
] as const satisfies readonly (keyof RunColumns)[]
