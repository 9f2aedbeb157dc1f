import { type ArchiveClock, dayNumber, makeArchiveClock, readDay } from '../archive-clock.ts'
import type { CellWorld, Reindex } from '../cells/cell-maker.ts'
import { type Counts, noCounts } from '../counters.ts'
import { Armory } from '../faults/armory.ts'
import { FileStore } from '../fastq/file-store.ts'
import type { ArchiveLimits, RunGroup, Scenario } from '../scenario.ts'
import { NumberRanges } from './number-ranges.ts'
import { layChange, type RunChange } from './run-change.ts'
import { makeRunRow, type RunRow } from './run-row.ts'
import { type FoundReads, makeRunSet, type RunSet } from './run-set.ts'
import { Taxonomy } from './taxonomy.ts'

/** The real archive's limits, as its documentation and users report them. */
export const realLimits: ArchiveLimits = { defaultRows: 100_000, maxOffset: 1_000_000, requestsPerSecond: 50 }

// Groups that are there from the start are dated before this day when the archive's clock is not fixed, so that a seed gives the same rows on any day.
const firstDayOfRehearsals = '2026-06-01T00:00:00Z'
const realisticFromDay = 14_700 // 2010-04-01
const plainDays = 600

/** Everything the archive knows: taxa, runs, what was changed about them, armed faults, the clock and the counters. */
export class World implements CellWorld {
  readonly seed: number
  readonly taxonomy: Taxonomy
  readonly files: FileStore
  readonly clock: ArchiveClock
  readonly limits: ArchiveLimits
  readonly mergedIds: 'followed' | 'missing'
  readonly reindexes: Reindex[] = []
  readonly armory = new Armory()
  counts: Counts = noCounts()
  /** Requests so far; makes every answer's order its own. */
  requests = 0
  private readonly sets: RunSet[] = []
  private readonly starts: number[] = []
  private readonly named = new Map<string, RunSet>()
  private readonly changes = new Map<string, RunChange>()
  private readonly numbers: NumberRanges
  private studies: number
  private total = 0
  private hasBegun = false

  constructor(scenario: Scenario, cacheDir: string) {
    this.seed = scenario.seed ?? 7
    this.clock = makeArchiveClock(scenario.clock === undefined ? undefined : new Date(scenario.clock))
    this.taxonomy = new Taxonomy(scenario.taxa, scenario.deletedTaxa)
    this.files = new FileStore(cacheDir)
    this.limits = { ...realLimits, ...scenario.limits }
    this.mergedIds = scenario.mergedIds ?? 'followed'
    this.numbers = new NumberRanges(this.seed)
    this.studies = 41_000 + (this.seed % 1000)
    for (const group of scenario.runs ?? []) this.addRuns(group, { at: new Date(scenario.clock ?? firstDayOfRehearsals) })
    for (const wish of scenario.faults ?? []) this.armory.arm(wish)
    this.hasBegun = true
  }

  /** How many rows there are, the hidden ones included. */
  get rowCount(): number {
    return this.total
  }

  /** Adds a group of runs and says the first accessions of it, a thousand at most. A running world dates them today. */
  addRuns(group: RunGroup, given: { at?: Date; found?: FoundReads } = {}): string[] {
    const taxa = this.taxaOf(group)
    const genome = group.genomeBases ?? this.taxonomy.find(taxa[0] ?? 0)?.genomeBases ?? 0
    const set = makeRunSet(this.dated(group), taxa, this.place(group, given.at ?? this.clock.now()), {
      genomeBases: genome,
      ...given,
    })
    if (group.accession !== undefined) this.named.set(group.accession, set)
    this.sets.push(set)
    this.starts.push(this.total)
    this.total += set.count
    this.studies += set.studies
    const accessions = Array.from(
      { length: Math.min(set.count, 1000) },
      (_, index) => makeRunRow(set, index, undefined).accession,
    )
    this.armFor(accessions, group)
    return accessions
  }

  /** The row at a place in the whole list of runs, from 0. */
  rowAt(place: number): RunRow {
    let at = this.starts.length - 1
    while (at > 0 && (this.starts[at] ?? 0) > place) at--
    const set = this.sets[at]
    if (set === undefined) throw new RangeError(`no row ${place}`)
    return this.rowOf(set, place - (this.starts[at] ?? 0))
  }

  /** The run of an accession, hidden or not; undefined when there never was one. */
  find(accession: string): RunRow | undefined {
    const named = this.named.get(accession)
    if (named !== undefined) return this.rowOf(named, 0)
    const number = /^[ESD]RR\d{6,}$/.test(accession) ? Number(accession.slice(3)) : -1
    for (const set of this.sets) {
      const index = number - set.place.firstNumber
      if (index < 0 || index >= set.count) continue
      const row = this.rowOf(set, index)
      if (row.accession === accession) return row
    }
    return undefined
  }

  /** Lays a change over what is known of a run. Throws for an accession that is not in the world. */
  change(accession: string, change: RunChange): RunRow {
    if (this.find(accession) === undefined) throw new Error(`no run has the accession ${accession}`)
    this.changes.set(accession, layChange(this.changes.get(accession), change))
    return this.find(accession) as RunRow
  }

  /** Brings back a run that was hidden; everything else that was changed about it stays. */
  restore(accession: string): void {
    const change = { ...this.changes.get(accession) }
    delete change.hidden
    this.changes.set(accession, change)
  }

  private rowOf(set: RunSet, index: number): RunRow {
    const bare = makeRunRow(set, index, undefined)
    const changed = this.changes.size === 0 ? undefined : this.changes.get(bare.accession)
    const row = changed === undefined ? bare : makeRunRow(set, index, changed)
    const faulty = this.armory.changeOf(row)
    return faulty === undefined ? row : makeRunRow(set, index, layChange(changed, faulty))
  }

  private taxaOf(group: RunGroup): number[] {
    const taxa = group.taxa ?? (group.taxon === undefined ? [] : [group.taxon])
    const unknown = taxa.filter(id => this.taxonomy.find(id) === undefined)
    if (taxa.length === 0 || unknown.length > 0)
      throw new Error(`a group of runs needs a taxon of the taxonomy, not ${taxa.join(', ') || 'none'}`)
    return taxa
  }

  private armFor(accessions: readonly string[], group: RunGroup): void {
    for (const wish of group.faults ?? []) {
      for (const accession of accessions) this.armory.arm({ ...wish, match: { ...wish.match, accession } })
    }
  }

  private dated(group: RunGroup): RunGroup {
    if (!this.hasBegun || group.firstPublic !== undefined) return checkedGroup(group)
    const today = this.clock.now().toISOString().slice(0, 10)
    return checkedGroup({ lastUpdated: today, ...group, firstPublic: today })
  }

  private place(group: RunGroup, at: Date): RunSet['place'] {
    const count = group.count ?? 1
    if (group.accession !== undefined && count !== 1) throw new Error(`${group.accession} is one run, not ${count}`)
    const given = group.accession === undefined ? group.firstNumber : Number(group.accession.slice(3))
    const firstNumber = given ?? this.numbers.take(count)
    for (const set of this.sets) {
      const first = set.place.firstNumber
      if (firstNumber < first + set.count && first < firstNumber + count)
        throw new Error(`two groups share the number ${firstNumber}`)
    }
    const toDay = dayNumber(at) - 3
    const fromDay = group.mix === 'realistic' ? realisticFromDay : toDay - plainDays
    return { firstNumber, firstStudy: this.studies, fromDay, toDay, worldSeed: this.seed }
  }
}

function checkedGroup(group: RunGroup): RunGroup {
  for (const day of [group.firstPublic, group.lastUpdated]) {
    if (day !== undefined && readDay(day) === undefined) throw new Error(`${day} is not a day such as 2026-08-20`)
  }
  return group
}
