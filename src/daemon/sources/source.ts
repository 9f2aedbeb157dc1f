import type { ArchiveRun } from '../../core/run.ts'
import type { RunAccession } from '../../core/accession.ts'
import type { Scope } from '../../core/taxon.ts'

/** What of the archive is asked for. */
export interface Wanted {
  /** The tax id as the taxonomy resolves it now. */
  taxId: number
  scope: Scope
  /** Only runs updated or made public since this day (`YYYY-MM-DD`); undefined for all. */
  since: string | undefined
}

/** A tax id or name as the taxonomy knows it. */
export type TaxonFound =
  | { kind: 'found'; taxId: number; scientificName: string; rank: string; lineage: string }
  | { kind: 'merged'; into: number; scientificName: string; rank: string; lineage: string }
  | { kind: 'deleted' | 'unknown' }
  | { kind: 'ambiguous'; candidates: { taxId: number; scientificName: string; rank: string }[] }

/** How much the archive holds of a taxon: an estimate to show before anything is fetched. Bases may be unknown. */
export interface Amount {
  runs: number
  bases: number | undefined
}

/** Where runs come from. Faults of the far side are thrown as Problems; what can be expected is a value. */
export interface Source {
  readonly name: string
  /** The columns of `ArchiveRun.metadataLine`, in order. */
  fields(): readonly string[]
  /** Asks whether the archive still has the columns we need; a missing one is named in a Problem. */
  checkFields(): Promise<void>
  /**
   * Every run that is asked for, as it streams in, no more than a page in memory. Throws `broken-answer` when the answer is cut,
   * repeats itself or ends early, and never yields the same run twice.
   */
  runsOf(wanted: Wanted): AsyncIterable<ArchiveRun>
  /** One run by accession, also when no search lists it; 'gone' when the archive says it has none. */
  runOf(accession: RunAccession): Promise<ArchiveRun | 'gone'>
  /** How many runs the archive counts, and its own `Date` of the answer. */
  countOf(wanted: Wanted): Promise<{ count: number; archiveAt: Date }>
  /** Runs and bases, cheaply, for people who are about to add a taxon. */
  amountOf(taxId: number, scope: Scope): Promise<Amount>
  /** Resolves a tax id; notices merged and deleted ones. */
  taxonOf(taxId: number): Promise<TaxonFound>
  /** Resolves a name. */
  taxonNamed(name: string): Promise<TaxonFound>
}
