import type { FileShape } from '../scenario.ts'

/** A sort of study: how its libraries were made and how well it is described. Many studies of a large group share one. */
export interface StudyKind {
  /** The archive that received it: ENA, NCBI or DDBJ. */
  prefix: 'ERR' | 'SRR' | 'DRR'
  taxId: number
  shape: FileShape
  readBases: number
  /** Median of the bases in a promised run, after scaling down. */
  medianBases: number
  bytesPerBase: number
  /** What stands behind the last part of a list of several files: nothing, or a needless semicolon. */
  listEnd: '' | ';'
  /** How much the submitter said of the sample: nothing, when and where, or nearly all. */
  described: 'bare' | 'dated' | 'full'
  /** Drawn as real archives look, with the oddities of their dates and counts; or plain. */
  isOdd: boolean
  /** Cells that all runs of the kind share. */
  cells: ReadonlyMap<string, string>
}
