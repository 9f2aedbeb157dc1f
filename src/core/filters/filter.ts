import type { ArchiveState, ReadFile } from '../run.ts'
import type { Reason } from '../reason.ts'
import type { Reach, TaxonSettings } from '../taxon.ts'

/** What filters see of a run: a few cells, so that a million can be judged without holding their metadata. */
export interface RunToJudge {
  runAccession: string
  taxId: number
  archiveState: ArchiveState
  libraryStrategy: string
  librarySource: string
  libraryLayout: string
  instrumentPlatform: string
  baseCount: number | undefined
  firstPublicOn: string
  readFiles: readonly ReadFile[]
  filesProblem: string | undefined
  /** The day on which full reconciles found it gone from this taxon, though the archive still has it. */
  leftSubtreeOn: string | undefined
}

/** Against what a run is judged. */
export interface Measure {
  settings: TaxonSettings
  reach: Reach
  /** A taxon that is tracked alone: the tax ids that a run must carry itself. Undefined: its whole subtree. */
  onlyTaxIds: readonly number[] | undefined
}

/** A named rule that accepts a run or gives a reason with the value that failed. */
export interface Filter {
  name: string
  judge(run: RunToJudge, measure: Measure): 'accepted' | Reason
}
