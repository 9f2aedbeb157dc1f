import type { Keep } from './recipe.ts'

/** A node of the NCBI taxonomy with everything below it, or that node alone. */
export type Scope = 'subtree' | 'alone'

/** How far back a taxon reaches; fixed when it is added. */
export type Reach =
  | { kind: 'all' }
  | { kind: 'from'; firstPublicOn: string }
  /** The newest `runs` of the first look; `from` is filled in by that look. */
  | { kind: 'max-runs'; runs: number; from: ReachLimit | undefined }

/** The oldest run within reach: by day, then by accession. */
export interface ReachLimit {
  firstPublicOn: string
  runAccession: string
}

/** What is asked of the runs of a taxon. Values as ENA spells them. */
export interface FilterSettings {
  strategies: string[]
  sources: string[]
  /** As the files show it. */
  layouts: ('paired' | 'single')[]
  platforms: string[]
  /** Bases must be at least this many times the genome size; 0 asks nothing. */
  minDepth: number
  /** Bases must be at most this many times the genome size; 0 asks nothing. */
  maxDepth: number
  /** Human (9606) reads are refused unless this is true. */
  allowHuman: boolean
}

/** Everything that can be set for one taxon; what it does not set comes from the `[taxon]` section of the settings. */
export interface TaxonSettings {
  filters: FilterSettings
  /** Expected bases of the genome. */
  genomeSizeBases: number
  recipe: string
  keep: Keep
  /** The most runs and bytes in one batch of this taxon; 0 leaves it to the policy. */
  batchRuns: number
  batchBytes: number
  /** The most runs of this taxon that may be wanted or worked on at once; 0 is no limit. */
  openRuns: number
  /** The most that its machines may cost in a month, in dollars; 0 leaves it to `spend.taxon_dollars`. */
  spendDollars: number
}

/** Bacterial whole-genome shotgun sequencing, enough of it to assemble. */
export const defaultTaxonSettings: TaxonSettings = {
  filters: {
    strategies: ['WGS'],
    sources: ['GENOMIC'],
    layouts: ['paired'],
    platforms: ['ILLUMINA'],
    minDepth: 20,
    maxDepth: 0,
    allowHuman: false,
  },
  genomeSizeBases: 5_000_000,
  recipe: 'assemble',
  keep: 'both',
  batchRuns: 0,
  batchBytes: 0,
  openRuns: 0,
  spendDollars: 0,
}

/** The words of the original's `last_run_status`. */
export type RunStatusWord = '' | 'in progress' | 'ready' | 'complete' | 'warning' | 'error'
