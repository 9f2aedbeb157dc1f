import { sampleRowOf } from '../world/run-set.ts'
import { accessionText, type RunRow } from '../world/run-row.ts'
import type { CellMaker } from './cell-maker.ts'

// How each of the three archives begins its accessions.
const beginnings = {
  ERR: { study: 'PRJEB', secondStudy: 'ERP', sample: 'SAMEA', secondSample: 'ERS', experiment: 'ERX', submission: 'ERA' },
  SRR: { study: 'PRJNA', secondStudy: 'SRP', sample: 'SAMN', secondSample: 'SRS', experiment: 'SRX', submission: 'SRA' },
  DRR: { study: 'PRJDB', secondStudy: 'DRP', sample: 'SAMD', secondSample: 'DRS', experiment: 'DRX', submission: 'DRA' },
} as const

/** The number in a study's accessions. */
export function studyNumberOf(row: RunRow): number {
  return row.set.place.firstStudy + row.study
}

/** The number in a sample's accessions: that of the first run that was made from it. */
export function sampleNumberOf(row: RunRow): number {
  return row.set.place.firstNumber + sampleRowOf(row.set, row.index)
}

// BioSample accessions carry more digits than runs do.
const sampleOffset = 100_000_000

/** Cells that name a run and what it belongs to. */
export const identityCells: Record<string, CellMaker> = {
  run_accession: row => row.accession,
  experiment_accession: row => accessionText(beginnings[row.kind.prefix].experiment, row.number),
  study_accession: row => beginnings[row.kind.prefix].study + studyNumberOf(row),
  secondary_study_accession: row => accessionText(beginnings[row.kind.prefix].secondStudy, studyNumberOf(row)),
  sample_accession: row => beginnings[row.kind.prefix].sample + (sampleOffset + sampleNumberOf(row)),
  secondary_sample_accession: row => accessionText(beginnings[row.kind.prefix].secondSample, sampleNumberOf(row)),
  submission_accession: row => accessionText(beginnings[row.kind.prefix].submission, studyNumberOf(row)),
  tax_id: (row, world) => String(world.taxonomy.current(row.taxId)),
}
