import type { ContentFlaw, FileShape } from '../scenario.ts'

/** How one run differs from what its seed says: made by the control port or by an armed fault. */
export interface RunChange {
  /** Withdrawn: nobody knows it. Suppressed: gone from search, still found by its accession. */
  hidden?: 'withdrawn' | 'suppressed'
  /** Cells that stand instead of the drawn ones. */
  cells?: Readonly<Record<string, string>>
  /** Cells that are altered after everything else, by column. */
  edits?: Readonly<Record<string, (cell: string) => string>>
  shape?: FileShape
  flaw?: ContentFlaw
  /** How often the archive made the files anew. */
  revision?: number
  taxId?: number
}

/** Lays the second change over the first. */
export function layChange(under: RunChange | undefined, over: RunChange): RunChange {
  if (under === undefined) return over
  const laid: RunChange = { ...under, ...over }
  if (under.cells !== undefined && over.cells !== undefined) laid.cells = { ...under.cells, ...over.cells }
  if (under.edits !== undefined && over.edits !== undefined) laid.edits = { ...under.edits, ...over.edits }
  if (under.revision !== undefined && over.revision !== undefined) laid.revision = under.revision + over.revision
  return laid
}
