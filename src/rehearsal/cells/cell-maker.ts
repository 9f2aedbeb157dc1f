import type { FileStore } from '../fastq/file-store.ts'
import type { RunRow } from '../world/run-row.ts'
import type { Taxonomy } from '../world/taxonomy.ts'

/** A bulk re-index: a share of all rows was touched on one day. */
export interface Reindex {
  share: number
  /** Day number on which the rows say they were last updated. */
  day: number
  seed: number
}

/** What cells depend on beside their own row. */
export interface CellWorld {
  readonly taxonomy: Taxonomy
  readonly files: FileStore
  readonly reindexes: readonly Reindex[]
}

/** Makes one cell of a row. Cells of made files need the files to be made first. */
export type CellMaker = (row: RunRow, world: CellWorld) => string
