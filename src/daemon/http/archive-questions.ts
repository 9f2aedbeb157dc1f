import type { Scope } from '../../core/taxon.ts'

/** A tax id or name as the taxonomy knows it. */
export type TaxonAnswer =
  | { kind: 'found'; taxId: number; scientificName: string; rank: string; lineage: string }
  | { kind: 'merged'; into: number; scientificName: string; rank: string; lineage: string }
  | { kind: 'deleted' }
  | { kind: 'unknown' }
  | { kind: 'ambiguous'; candidates: { taxId: number; scientificName: string; rank: string }[] }

/**
 * The few questions to the archive that a person's request may wait for; main hands in the source. An agent's callback never asks any.
 * Faults of the far side are thrown as Problems.
 */
export interface ArchiveQuestions {
  taxonOf(taxId: number): Promise<TaxonAnswer>
  taxonNamed(name: string): Promise<TaxonAnswer>
  amountOf(taxId: number, scope: Scope): Promise<{ runs: number; bases: number | undefined }>
  /** At most so many runs were updated or made public since this day; undefined for all. */
  countOf(wanted: { taxId: number; scope: Scope; since: string | undefined }): Promise<{ count: number }>
}
