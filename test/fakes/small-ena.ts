import { isRunAccession } from '../../src/core/accession.ts'
import type { ArchiveRun } from '../../src/core/run.ts'
import type { Scope } from '../../src/core/taxon.ts'
import { allFields } from '../../src/daemon/sources/ena/fields.ts'
import { lineageOf, taxaWithin } from './archive-world.ts'
import type { WorldTaxon } from './archive-world.ts'
import { answering, openScriptedServer } from './scripted-server.ts'
import type { Heard, Reply, ScriptedServer } from './scripted-server.ts'

/** Changes the body of an answer before it is sent. */
export type Bend = (body: string) => string

/** An ENA of a few hundred lines on this machine: enough of the portal and the taxonomy to test a client against. */
export interface SmallEna extends ScriptedServer {
  portalUrl: string
  taxonomyUrl: string
  runs: ArchiveRun[]
  taxa: WorldTaxon[]
  /** Columns that the archive gave up: not listed, and refused with 400. */
  lostColumns: Set<string>
  /** Columns that come unasked at the end of every row. */
  extraColumns: string[]
  /** Cells that stand above what the run says, by accession. */
  cells: Map<string, Record<string, string>>
  /** Answers the next requests of an endpoint (`search`, `count`, `tax-id`, …) in this way instead. */
  next(endpoint: string, ...replies: Reply[]): void
  /** Bends the bodies of an endpoint's next answers. */
  bendNext(endpoint: string, ...bends: Bend[]): void
  /** Requests of an endpoint so far. */
  asked(endpoint: string): Heard[]
}

/** Opens one with nothing in it. */
export async function openSmallEna(): Promise<SmallEna> {
  const planned = new Map<string, Reply[]>()
  const bends = new Map<string, Bend[]>()
  const server = await openScriptedServer((response, heard) => {
    const endpoint = endpointOf(heard)
    const instead = planned.get(endpoint)?.shift()
    if (instead !== undefined) return instead(response, heard)
    const { status, body } = answer(ena, endpoint, heard)
    const bend = bends.get(endpoint)?.shift() ?? (text => text)
    answering(status, bend(body), { 'content-type': 'text/plain' })(response, heard)
  })
  const later = <T>(plans: Map<string, T[]>, endpoint: string, more: T[]) =>
    void plans.set(endpoint, [...(plans.get(endpoint) ?? []), ...more])
  const ena: SmallEna = {
    ...server,
    portalUrl: `${server.url}/portal/api`,
    taxonomyUrl: `${server.url}/taxonomy/rest`,
    runs: [],
    taxa: [],
    lostColumns: new Set(),
    extraColumns: [],
    cells: new Map(),
    next: (endpoint, ...replies) => later(planned, endpoint, replies),
    bendNext: (endpoint, ...more) => later(bends, endpoint, more),
    asked: endpoint => server.heard.filter(heard => endpointOf(heard) === endpoint),
  }
  return ena
}

function endpointOf(heard: Heard): string {
  const [, , , name = ''] = heard.path.split('/')
  return name === 'search' && heard.query.get('result') === 'taxon' ? 'search-taxon' : name
}

interface Answered {
  status: number
  body: string
}

function answer(ena: SmallEna, endpoint: string, heard: Heard): Answered {
  const known = endpoints[endpoint]
  return known === undefined
    ? { status: 404, body: 'Not Found' }
    : known(ena, heard.query, heard.path.split('/').slice(4).join('/'))
}

const endpoints: Record<string, (ena: SmallEna, query: URLSearchParams, name: string) => Answered> = {
  search: (ena, query) => table(ena, query, wantedRuns(ena, query)),
  count: (ena, query) => ({ status: 200, body: `${wantedRuns(ena, query).length}\n` }),
  links: (ena, query) => ({ status: 200, body: links(ena, Number(query.get('accession'))) }),
  filereport(ena, query) {
    const found = ena.runs.filter(run => run.runAccession === query.get('accession'))
    return found.length === 0 ? { status: 204, body: '' } : table(ena, query, found)
  },
  returnFields(ena) {
    const lines = ['columnId\tdescription\ttype', ...knownColumns(ena).map(id => `${id}\tsaid\ttext`)]
    return { status: 200, body: `${lines.join('\n')}\n` }
  },
  'search-taxon': (ena, query) => ({ status: 200, body: JSON.stringify(taxaMergedFrom(ena, query.get('query') ?? '')) }),
  'tax-id': (ena, _query, name) => taxa(ena, taxon => taxon.taxId === Number(name), true),
  'scientific-name': (ena, _query, name) => taxa(ena, taxon => taxon.scientificName === name, false),
  'any-name': (ena, _query, name) =>
    taxa(ena, taxon => taxon.scientificName === name || taxon.synonyms?.includes(name) === true, false),
}

function knownColumns(ena: SmallEna): string[] {
  return allFields.filter(field => !ena.lostColumns.has(field))
}

function table(ena: SmallEna, query: URLSearchParams, runs: readonly ArchiveRun[]): Answered {
  const columns = [...(query.get('fields') ?? '').split(','), ...ena.extraColumns]
  const lost = columns.find(column => ena.lostColumns.has(column))
  if (lost !== undefined)
    return { status: 400, body: JSON.stringify({ status: 400, message: `Invalid field(s) supplied: ${lost}` }) }
  const rows = runs.map(run => ({ ...cellsOf(run), ...ena.cells.get(run.runAccession) }))
  if (query.get('format') === 'json') {
    const objects = rows.map(row => JSON.stringify(Object.fromEntries(columns.map(column => [column, row[column] ?? '']))))
    return { status: 200, body: `[\n${objects.join(',\n')}\n]\n` }
  }
  return {
    status: 200,
    body: [columns, ...rows.map(row => columns.map(column => row[column] ?? ''))].map(cells => `${cells.join('\t')}\n`).join(''),
  }
}

function wantedRuns(ena: SmallEna, query: URLSearchParams): ArchiveRun[] {
  const included = query.get('includeAccessions')?.split(',').filter(isRunAccession)
  if (included !== undefined) return ena.runs.filter(run => included.includes(run.runAccession))
  const asked = /^tax_(tree|eq)\((\d+)\)(?: AND \(last_updated>=(\S+) OR first_public>=(\S+)\))?$/.exec(query.get('query') ?? '')
  if (asked === null) throw new Error(`not a query that the small ENA knows: ${query.get('query')}`)
  const [, how, taxId, updated, made] = asked
  const scope: Scope = how === 'tree' ? 'subtree' : 'alone'
  const within = taxaWithin(ena.taxa, Number(taxId), scope)
  const found = ena.runs.filter(
    run => within.has(run.taxId) && (updated === undefined || run.enaUpdatedOn >= updated || run.firstPublicOn >= (made ?? '')),
  )
  // In no order that anybody could rely on.
  return found.reverse()
}

function cellsOf(run: ArchiveRun): Record<string, string> {
  const list = (of: (file: ArchiveRun['readFiles'][number]) => string | number) => run.readFiles.map(of).join(';')
  return {
    run_accession: run.runAccession,
    study_accession: run.studyAccession,
    sample_accession: run.sampleAccession,
    experiment_accession: run.experimentAccession,
    tax_id: String(run.taxId),
    scientific_name: run.scientificName,
    library_strategy: run.libraryStrategy,
    library_source: run.librarySource,
    library_layout: run.libraryLayout,
    instrument_platform: run.instrumentPlatform,
    read_count: String(run.readCount ?? ''),
    base_count: String(run.baseCount ?? ''),
    first_public: run.firstPublicOn,
    last_updated: run.enaUpdatedOn,
    fastq_ftp: list(file => file.address),
    fastq_bytes: list(file => file.sizeBytes),
    fastq_md5: list(file => file.md5),
    study_title: 'Études of &quot;wild&quot; strains at 37 °C',
  }
}

function links(ena: SmallEna, taxId: number): string {
  const cells = (['alone', 'subtree'] as const).flatMap(scope => {
    const within = taxaWithin(ena.taxa, taxId, scope)
    const runs = ena.runs.filter(run => within.has(run.taxId))
    return [runs.length, runs.reduce((sum, run) => sum + (run.baseCount ?? 0), 0)]
  })
  return `result_id\tdescription\tentry_cnt\tbase_cnt\tsubtree_entry_cnt\tsubtree_base_cnt\nread_run\tRaw reads\t${cells.join('\t')}\n`
}

function taxaMergedFrom(ena: SmallEna, query: string): Record<string, string>[] {
  const id = Number(/^merged_tax_id=(\d+)$/.exec(query)?.[1])
  return ena.taxa
    .filter(taxon => taxon.merged?.includes(id))
    .map(taxon => ({ tax_id: String(taxon.taxId), scientific_name: taxon.scientificName }))
}

function taxa(ena: SmallEna, fits: (taxon: WorldTaxon) => boolean, one: boolean): Answered {
  const found = ena.taxa.filter(fits)
  if (found.length === 0) return { status: 404, body: 'No results.' }
  const described = found.map(taxon => ({
    taxId: String(taxon.taxId),
    scientificName: taxon.scientificName,
    formalName: 'true',
    rank: taxon.rank,
    division: 'PRO',
    lineage: lineageOf(ena.taxa, taxon)
      .map(name => `${name}; `)
      .join(''),
  }))
  return { status: 200, body: JSON.stringify(one ? described[0] : described, undefined, 2) }
}
