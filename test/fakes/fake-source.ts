import type { RunAccession } from '../../src/core/accession.ts'
import type { Clock } from '../../src/core/clock.ts'
import { Problem } from '../../src/core/problem.ts'
import type { ArchiveRun } from '../../src/core/run.ts'
import type { Scope } from '../../src/core/taxon.ts'
import type { Amount, Source, TaxonFound, Wanted } from '../../src/daemon/sources/source.ts'
import { lineageOf, taxaWithin, worldFields } from './archive-world.ts'
import type { WorldTaxon } from './archive-world.ts'

/** What `FakeSource` holds and how it starts. */
export interface FakeSourceOptions {
  runs?: readonly ArchiveRun[]
  taxa?: readonly WorldTaxon[]
  /** Ids that were deleted from the taxonomy. */
  deletedTaxa?: readonly number[]
  /** The archive's own clock. */
  clock: Clock
  /** The columns of `metadataLine`. */
  fields?: readonly string[]
}

/** How the next answer of `runsOf` goes wrong. */
export type Spoiling =
  /** It breaks off with a Problem after so many rows. */
  | { kind: 'cut'; afterRows: number }
  /** It ends after so many rows as if they were all; only a count shows it. */
  | { kind: 'truncated'; afterRows: number }
  /** It has no rows at all. */
  | { kind: 'empty' }
  /** It repeats itself, and is refused at the end. */
  | { kind: 'repeated' }

/** An archive in memory: tiny, fast, and obedient. */
export class FakeSource implements Source {
  readonly name = 'fake'
  /** What the archive holds; tests change it as they like. */
  readonly runs = new Map<RunAccession, ArchiveRun>()
  readonly taxa: WorldTaxon[]
  readonly deletedTaxa: Set<number>
  /** How often each question was asked. */
  readonly asked = { fields: 0, runs: 0, run: 0, count: 0, amount: 0, taxon: 0 }
  /** Runs that are found by accession and not by searches. */
  readonly suppressed = new Set<RunAccession>()
  private readonly clock: Clock
  private readonly columns: readonly string[]
  private indexed: ReadonlyMap<RunAccession, ArchiveRun> | undefined
  private problems: Problem[] = []
  private spoilings: Spoiling[] = []

  constructor(options: FakeSourceOptions) {
    this.put(...(options.runs ?? []))
    this.taxa = [...(options.taxa ?? [])]
    this.deletedTaxa = new Set(options.deletedTaxa)
    this.clock = options.clock
    this.columns = options.fields ?? worldFields
  }

  /** Adds runs, or puts new versions of them in the place of the old. */
  put(...runs: readonly ArchiveRun[]): void {
    for (const run of runs) this.runs.set(run.runAccession, run)
  }

  /** The run is gone from everywhere. */
  withdraw(run: RunAccession): void {
    this.runs.delete(run)
  }

  /** The next question, or the next few, end with this. */
  failNext(problem: Problem, times = 1): void {
    for (let time = 0; time < times; time++) this.problems.push(problem)
  }

  /** The next answer of `runsOf` goes wrong in this way; said twice, the next two. */
  spoilNext(spoiling: Spoiling): void {
    this.spoilings.push(spoiling)
  }

  /** From now on searches and counts see the archive as it is at this moment, while `runOf` sees what comes after. */
  lag(): void {
    this.indexed = new Map(this.runs)
  }

  /** Searches and counts see everything again. */
  catchUp(): void {
    this.indexed = undefined
  }

  fields(): readonly string[] {
    return this.columns
  }

  async checkFields(): Promise<void> {
    this.ask('fields')
  }

  async *runsOf(wanted: Wanted): AsyncGenerator<ArchiveRun> {
    this.ask('runs')
    const spoiling = this.spoilings.shift()
    // What is asked for is settled when the answer begins; what changes meanwhile is for the next.
    const found = spoiling?.kind === 'empty' ? [] : this.found(wanted)
    const rows = spoiling !== undefined && 'afterRows' in spoiling ? found.slice(0, spoiling.afterRows) : found
    yield* rows
    if (spoiling?.kind === 'cut') throw new Problem('broken-answer', 'the answer ends within a line')
    if (spoiling?.kind === 'repeated') throw new Problem('broken-answer', 'the answer repeats itself')
  }

  async runOf(accession: RunAccession): Promise<ArchiveRun | 'gone'> {
    this.ask('run')
    return this.runs.get(accession) ?? 'gone'
  }

  async countOf(wanted: Wanted): Promise<{ count: number; archiveAt: Date }> {
    this.ask('count')
    return { count: this.found(wanted).length, archiveAt: this.clock() }
  }

  async amountOf(taxId: number, scope: Scope): Promise<Amount> {
    this.ask('amount')
    const runs = this.found({ taxId, scope, since: undefined })
    return { runs: runs.length, bases: runs.reduce((sum, run) => sum + (run.baseCount ?? 0), 0) }
  }

  async taxonOf(taxId: number): Promise<TaxonFound> {
    this.ask('taxon')
    const taxon = this.taxa.find(known => known.taxId === taxId)
    if (taxon !== undefined) return { kind: 'found', taxId, ...this.described(taxon) }
    const heir = this.taxa.find(known => known.merged?.includes(taxId) === true)
    if (heir !== undefined) return { kind: 'merged', into: heir.taxId, ...this.described(heir) }
    return { kind: this.deletedTaxa.has(taxId) ? 'deleted' : 'unknown' }
  }

  async taxonNamed(name: string): Promise<TaxonFound> {
    this.ask('taxon')
    const wanted = name.trim().toLowerCase()
    const scientific = this.taxa.filter(taxon => taxon.scientificName.toLowerCase() === wanted)
    const others = this.taxa.filter(taxon => taxon.synonyms?.some(synonym => synonym.toLowerCase() === wanted))
    const found = scientific.length > 0 ? scientific : others
    const [first] = found
    if (first === undefined) return { kind: 'unknown' }
    if (found.length === 1) return { kind: 'found', taxId: first.taxId, ...this.described(first) }
    return { kind: 'ambiguous', candidates: found.map(({ taxId, scientificName, rank }) => ({ taxId, scientificName, rank })) }
  }

  private described(taxon: WorldTaxon): { scientificName: string; rank: string; lineage: string } {
    const { scientificName, rank } = taxon
    return { scientificName, rank, lineage: lineageOf(this.taxa, taxon).join('; ') }
  }

  private found({ taxId, scope, since }: Wanted): ArchiveRun[] {
    const taxa = taxaWithin(this.taxa, taxId, scope)
    const indexed = [...(this.indexed ?? this.runs).values()]
    return indexed.filter(
      run =>
        taxa.has(run.taxId) &&
        !this.suppressed.has(run.runAccession) &&
        (since === undefined || run.enaUpdatedOn >= since || run.firstPublicOn >= since),
    )
  }

  private ask(question: keyof FakeSource['asked']): void {
    this.asked[question] += 1
    const problem = this.problems.shift()
    if (problem !== undefined) throw problem
  }
}

/** Makes an archive in memory. */
export function makeFakeSource(options: FakeSourceOptions): FakeSource {
  return new FakeSource(options)
}
