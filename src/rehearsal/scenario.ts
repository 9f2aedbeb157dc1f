/** A node of the rehearsal's taxonomy. */
export interface ScenarioTaxon {
  id: number
  /** The taxon above; without it the taxon hangs below the root. */
  parent?: number
  name: string
  /** `species` when not given. */
  rank?: string
  commonName?: string
  synonyms?: string[]
  /** Ids that were merged into this taxon. */
  merged?: number[]
  /** Length in bases of the invented genome from which this taxon's reads are drawn; 30,000 when not given. */
  genomeBases?: number
}

/** Which FASTQ files a run has, and under which names; `none` waits for FASTQ. */
export type FileShape =
  'paired' | 'single' | 'orphan-first' | 'paired-one-file' | 'single-two-files' | 'single-as-mate' | 'subreads' | 'none'

/** Every file shape there is. */
export const fileShapes: readonly FileShape[] = [
  'paired',
  'single',
  'orphan-first',
  'paired-one-file',
  'single-two-files',
  'single-as-mate',
  'subreads',
  'none',
]

/** A fault inside the FASTQ content itself: the listed bytes and MD5 are those of the faulty file. */
export type ContentFlaw =
  'gzip-truncated' | 'mates-unequal' | 'too-few-reads' | 'empty-gzip' | 'flat-qualities' | 'not-fastq' | 'broken-fastq'

/** How a group's libraries were made; what is not given is drawn (`realistic`) or plain Illumina WGS pairs (`plain`). */
export interface LibraryWish {
  platform?: string
  model?: string
  strategy?: string
  source?: string
  selection?: string
  shape?: FileShape
  /** What `library_layout` says; follows from the shape when not given. */
  layout?: 'PAIRED' | 'SINGLE'
  /** Length of one read in bases. */
  readBases?: number
}

/** Some runs of one taxon (or of several), generated from a seed. */
export interface RunGroup {
  taxon?: number
  /** Several taxa instead of one, drawn from by study. */
  taxa?: number[]
  /** How many runs; 1 when not given. */
  count?: number
  seed?: number
  /** The accession of a group of one run; otherwise accessions are given out. */
  accession?: string
  /** Number of the first accession, so that `9000` begins at ERR009000; otherwise numbers are given out. */
  firstNumber?: number
  /** `plain`: every run is fit for assembly unless `library` says otherwise. `realistic`: platforms, strategies, layouts and oddities mixed. */
  mix?: 'plain' | 'realistic'
  library?: LibraryWish
  /** `made`: files exist, with true bytes and MD5. `promised`: listed with invented sizes and never served (for very large groups). */
  content?: 'made' | 'promised'
  /** Mean depth at which made reads cover the invented genome; 40 when not given. */
  depth?: number
  /** Length of the invented genome; the taxon's when not given. */
  genomeBases?: number
  /** Factor on the sizes of promised runs; 0.001 when not given. */
  sizeFactor?: number
  /** `YYYY-MM-DD`; drawn when not given, today's day when the group is added to a running world. */
  firstPublic?: string
  lastUpdated?: string
  /** Cells that stand above whatever was drawn, by column. */
  cells?: Record<string, string>
  flaw?: ContentFlaw
  /** Faults armed for each run of the group. */
  faults?: ArmWish[]
}

/** What an armed fault applies to; all that is given must fit. */
export interface FaultMatch {
  /** One of the endpoints' names, such as `search` or `file`. */
  endpoint?: string
  accession?: string
  /** Ends of a path, such as `_2.fastq.gz`. */
  pathEnds?: string
  /** Text that stands in the request's query, such as `last_updated`. */
  query?: string
}

/** A wish to arm a fault. */
export interface ArmWish {
  /** A name from the fault menu. */
  fault: string
  match?: FaultMatch
  /** Requests that fit and are let through first; 0 when not given. */
  after?: number
  /** How often it strikes; 0 means for ever. Each fault has its own default. */
  times?: number
  /** How long a stall lasts or a Retry-After asks for; each fault has its own default. */
  seconds?: number
  /** A share between 0 and 1 where the fault takes one: of rows, or of a body. */
  share?: number
  /** A count of rows, bytes, transfers or bytes a second where the fault takes one. */
  amount?: number
  column?: string
  value?: string
}

/** The archive's limits; the real ones when not given. */
export interface ArchiveLimits {
  /** Rows when no limit is asked for; 100,000. */
  defaultRows: number
  /** The largest offset; 1,000,000. */
  maxOffset: number
  /** Portal requests in one second, beyond which comes 429; 50. 0 means none. */
  requestsPerSecond: number
}

/** A folder whose FASTQ files are served as runs of a taxon. */
export interface ReadsFolder {
  dir: string
  taxon: number
  /** The taxon's name, if the taxonomy does not hold it yet. */
  name?: string
}

/** Everything a rehearsal archive starts from. */
export interface Scenario {
  seed?: number
  /** An instant at which the archive's clock stands; it follows this machine's clock when not given. */
  clock?: string
  taxa: ScenarioTaxon[]
  deletedTaxa?: number[]
  /** What `tax-id/` says of a merged id: the taxon it was merged into, or 404. */
  mergedIds?: 'followed' | 'missing'
  runs?: RunGroup[]
  readsFolders?: ReadsFolder[]
  faults?: ArmWish[]
  limits?: Partial<ArchiveLimits>
}
