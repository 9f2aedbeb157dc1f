import type { RunAccession } from '../../../core/accession.ts'
import type { Clock } from '../../../core/clock.ts'
import { Problem } from '../../../core/problem.ts'
import type { ArchiveRun } from '../../../core/run.ts'
import type { Scope } from '../../../core/taxon.ts'
import { Fault } from '../../fetch/fault.ts'
import type { Outbound } from '../../fetch/outbound.ts'
import type { Amount, Source, TaxonFound, Wanted } from '../source.ts'
import { allFields, optionalFields, requiredFields } from './fields.ts'
import { makePortalApi } from './portal-api.ts'
import type { PortalApi } from './portal-api.ts'
import { resolveTaxId, resolveTaxonName } from './resolve-taxon.ts'
import { readRecord } from './row-reader.ts'
import { runQuery } from './run-query.ts'
import { streamRuns } from './run-stream.ts'
import { makeTaxonomyApi } from './taxonomy-api.ts'
import type { TaxonomyApi } from './taxonomy-api.ts'

/** What the source needs of its surroundings. */
export interface EnaSettings {
  /** E.g. `https://www.ebi.ac.uk/ena/portal/api`. */
  portalUrl: string
  /** E.g. `https://www.ebi.ac.uk/ena/taxonomy/rest`. */
  taxonomyUrl: string
  outbound: Outbound
  /** Stands in for the archive's `Date` where an answer has none. */
  clock: Clock
  /** Hears of oddities that a person may want to know of: a fixed text, the rest in fields. */
  warn: (text: string, fields: Record<string, unknown>) => void
}

// The file report answers 204 for a run that it has, now and then.
const emptyAnswersBelieved = 3

/** The European Nucleotide Archive. */
export function makeEnaSource(settings: EnaSettings): Source {
  return new EnaSource(settings)
}

class EnaSource implements Source {
  readonly name = 'ena'
  private readonly settings: EnaSettings
  private readonly portal: PortalApi
  private readonly taxonomy: TaxonomyApi
  /** What is asked for: all our fields but those that the archive gave up. */
  private asked: readonly string[] = allFields

  constructor(settings: EnaSettings) {
    this.settings = settings
    this.portal = makePortalApi(settings.outbound, settings.portalUrl)
    this.taxonomy = makeTaxonomyApi(settings.outbound, settings.taxonomyUrl)
  }

  fields(): readonly string[] {
    return allFields
  }

  async checkFields(): Promise<void> {
    const there = await this.portal.returnFields()
    const missing = requiredFields.filter(field => !there.has(field))
    if (missing.length > 0) {
      throw new Problem(
        'broken-answer',
        `ENA no longer returns the column ${missing.join(', ')}, which microfetch cannot do without`,
      )
    }
    const lost = optionalFields.filter(field => !there.has(field))
    if (lost.length > 0) this.settings.warn('ENA no longer returns some columns; they stay empty', { columns: lost })
    this.asked = allFields.filter(field => there.has(field))
  }

  async *runsOf(wanted: Wanted): AsyncGenerator<ArchiveRun> {
    const query = runQuery(wanted)
    const table = await this.withKnownFields(() => this.portal.searchRuns(query, this.asked))
    if (table === undefined) return
    yield* streamRuns(table, {
      rescue: runs => this.rescue(runs),
      report: report => this.settings.warn('some rows of ENA could not be read', { request: table.name, ...report }),
    })
  }

  async runOf(accession: RunAccession): Promise<ArchiveRun | 'gone'> {
    for (let empties = 1; ; empties++) {
      const rows = await this.withKnownFields(() => this.portal.reportOf(accession, this.asked))
      if (rows.length > 0) return runAmong(rows, accession)
      if (empties === emptyAnswersBelieved) return 'gone'
      await this.settings.outbound.pause(empties)
    }
  }

  async countOf(wanted: Wanted): Promise<{ count: number; archiveAt: Date }> {
    const { value, at } = await this.portal.countRuns(runQuery(wanted))
    return { count: value, archiveAt: at ?? this.settings.clock() }
  }

  async amountOf(taxId: number, scope: Scope): Promise<Amount> {
    const linked = await this.linkedAmount(taxId, scope)
    if (linked !== undefined) return linked
    const { count } = await this.countOf({ taxId, scope, since: undefined })
    return { runs: count, bases: undefined }
  }

  taxonOf(taxId: number): Promise<TaxonFound> {
    return resolveTaxId(taxId, this.taxonomy, this.portal, async ask => {
      await this.settings.outbound.pause(1)
      return ask()
    })
  }

  taxonNamed(name: string): Promise<TaxonFound> {
    return resolveTaxonName(name, this.taxonomy)
  }

  /** A column that the archive gave up since we asked makes it refuse every request; then look once which are left. */
  private async withKnownFields<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Fault) || error.status !== 400) throw error
      const before = this.asked.length
      await this.checkFields()
      if (this.asked.length === before) throw error
      return ask()
    }
  }

  private async rescue(runs: RunAccession[]): Promise<ArchiveRun[]> {
    const rows = await this.portal.runsNamed(runs, this.asked)
    return rows.map(readRecord).flatMap(row => (row.kind === 'run' && runs.includes(row.run.runAccession) ? [row.run] : []))
  }

  /** What the links say; undefined when they do not help, because an estimate is not worth a failure. */
  private async linkedAmount(taxId: number, scope: Scope): Promise<Amount | undefined> {
    try {
      const row = (await this.portal.linksOf(taxId)).find(found => found.get('result_id') === 'read_run')
      const prefix = scope === 'subtree' ? 'subtree_' : ''
      const runs = wholeNumber(row?.get(`${prefix}entry_cnt`))
      return runs === undefined ? undefined : { runs, bases: wholeNumber(row?.get(`${prefix}base_cnt`)) }
    } catch (error) {
      if (error instanceof Fault && error.code !== 'slow-down' && error.code !== 'refused') return undefined
      throw error
    }
  }
}

function runAmong(rows: readonly Record<string, string>[], accession: RunAccession): ArchiveRun {
  const row = rows.find(found => found['run_accession'] === accession)
  if (row === undefined) throw new Problem('broken-answer', `ENA's file report of ${accession} speaks of other runs`)
  const read = readRecord(row)
  if (read.kind === 'run') return read.run
  throw new Problem('broken-answer', `ENA's file report of ${accession} cannot be read: ${read.why}`)
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text.trim())) return undefined
  return Number(text)
}
