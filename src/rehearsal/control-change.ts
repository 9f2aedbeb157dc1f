import type { ArmWish, RunGroup, ScenarioTaxon } from './scenario.ts'

/** A change to the running world, as the control port takes it. Days are `YYYY-MM-DD`. */
export type ControlChange =
  | { kind: 'add-runs'; group: RunGroup }
  | { kind: 'add-taxon'; taxon: ScenarioTaxon }
  /** The archive makes a run's files anew: other bytes, other MD5, the same dates. */
  | { kind: 'change-files'; accession: string }
  /** Nobody knows the run any longer. */
  | { kind: 'withdraw'; accession: string }
  /** Gone from search, still found by its accession. */
  | { kind: 'suppress'; accession: string }
  | { kind: 'restore'; accession: string }
  /** A share of all rows says that it was last updated on a day; nothing else changes. */
  | { kind: 'reindex'; share: number; on: string; seed?: number }
  | { kind: 'move-taxon'; accession: string; taxId: number }
  /** A run that waited for FASTQ gets its files; its dates stay. */
  | { kind: 'give-files'; accession: string }
  | { kind: 'edit-cells'; accession: string; cells: Record<string, string> }
  | { kind: 'merge-taxon'; from: number; into: number }
  | { kind: 'delete-taxon'; taxId: number }
  /** Fixes the archive's clock at an instant; null lets it follow this machine's clock. */
  | { kind: 'set-clock'; at: string | null }
  | { kind: 'advance-clock'; seconds: number }
  | ({ kind: 'arm' } & ArmWish)
  /** Disarms one fault, or all when no id is given. */
  | { kind: 'disarm'; id?: number }

/** What a change brought about. */
export interface ControlOutcome {
  /** Accessions of added runs, a thousand at most. */
  accessions?: string[]
  /** Number of the fault that was armed. */
  id?: number
}

/** A run as the control port shows it, hidden or not. */
export interface ShownRun {
  accession: string
  hidden: 'withdrawn' | 'suppressed' | null
  cells: Record<string, string>
}

/** An armed fault as the control port shows it. */
export interface ShownFault {
  id: number
  fault: string
  /** How often it struck a request, or how often a run that it changes was looked at. */
  struck: number
}
