import * as v from 'valibot'
import type { RunAccession } from '../../../core/accession.ts'
import { Fault } from '../../fetch/fault.ts'
import { fetchAs, fetchJson, fetchText } from '../../fetch/fetch-json.ts'
import type { Fetched } from '../../fetch/fetch-json.ts'
import type { Outbound, OutRequest } from '../../fetch/outbound.ts'
import { firstWords } from '../../fetch/words-of.ts'
import { parseTsv } from './parse-tsv.ts'
import { readLines } from './read-lines.ts'

/** A table that streams in: its columns, then its lines, as many at a time as came. */
export interface Table {
  /** The request as messages name it. */
  name: string
  columns: string[]
  lines: AsyncGenerator<string[]>
}

/** One row of a JSON answer; every value is a string. */
export type Row = Record<string, string>

/** The endpoints of ENA's Portal API that we use. Faults are Problems, as `Outbound.send` and `fetchJson` say. */
export interface PortalApi {
  /** All runs of a query in one answer, in no order; undefined when it has no rows. */
  searchRuns(query: string, fields: readonly string[]): Promise<Table | undefined>
  /** Some runs by their accessions, as JSON, which no cell can break; at most 400 at once are known to work. */
  runsNamed(runs: readonly RunAccession[], fields: readonly string[]): Promise<Row[]>
  /** How many runs a query finds. */
  countRuns(query: string): Promise<Fetched<number>>
  /** The rows of one run from the archive's file report; empty when it has none. */
  reportOf(run: RunAccession, fields: readonly string[]): Promise<Row[]>
  /** What the archive holds of a taxon, one row for each kind of result. */
  linksOf(taxId: number): Promise<Map<string, string>[]>
  /** The taxa into which an id was merged. */
  taxaMergedFrom(taxId: number): Promise<Row[]>
  /** The columns that a search for runs can return now. */
  returnFields(): Promise<Set<string>>
}

const portal = 'ena'
const cell = v.union([v.string(), v.number(), v.boolean(), v.null()])
const rowsSchema = v.array(
  v.pipe(
    v.record(v.string(), cell),
    v.transform(row =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)])),
    ),
  ),
)

type Ask = (path: string, query: Record<string, string>) => OutRequest

/** Speaks to the Portal API below `portalUrl`, e.g. `https://www.ebi.ac.uk/ena/portal/api`. */
export function makePortalApi(outbound: Outbound, portalUrl: string): PortalApi {
  // A doubled slash in the path is answered with an error.
  const base = portalUrl.replace(/\/+$/, '')
  const ask: Ask = (path, query) => ({
    url: `${base}/${path}`,
    query,
    expected: [200, 204],
  })
  const ofRuns = { result: 'read_run', dataPortal: portal }
  return {
    searchRuns: (query, fields) =>
      openTable(outbound, ask('search', { ...ofRuns, query, format: 'tsv', limit: '0', fields: fields.join(',') })),
    runsNamed: async (runs, fields) => {
      const named = { includeAccessionType: 'run', includeAccessions: runs.join(',') }
      const request = ask('search', { ...ofRuns, ...named, format: 'json', limit: '0', fields: fields.join(',') })
      return (await fetchJson(outbound, request, rowsSchema, emptyAsNoRows)).value
    },
    countRuns: query => fetchAs(outbound, ask('count', { ...ofRuns, query }), countIn),
    reportOf: async (run, fields) => {
      const query = { result: 'read_run', accession: run, format: 'json', fields: fields.join(',') }
      return (await fetchJson(outbound, ask('filereport', query), rowsSchema, emptyAsNoRows)).value
    },
    linksOf: async taxId =>
      parseTsv((await fetchText(outbound, ask('links/taxon', { accession: String(taxId), format: 'tsv' }))).value),
    taxaMergedFrom: taxId => taxaMergedFrom(outbound, ask, taxId),
    returnFields: async () => (await fetchAs(outbound, ask('returnFields', { ...ofRuns, format: 'tsv' }), fieldsIn)).value,
  }
}

/** No rows come as 204, as an empty body, as `[]` or as a header alone. */
function emptyAsNoRows(text: string): string {
  return text.trim() === '' ? '[]' : text
}

async function taxaMergedFrom(outbound: Outbound, ask: Ask, taxId: number): Promise<Row[]> {
  const query = `merged_tax_id=${taxId}`
  const request = ask('search', {
    result: 'taxon',
    dataPortal: portal,
    query,
    format: 'json',
    limit: '10',
    fields: 'tax_id,scientific_name',
  })
  try {
    return (await fetchJson(outbound, request, rowsSchema, emptyAsNoRows)).value
  } catch (error) {
    // A portal that cannot be asked this way tells of no merges.
    if (error instanceof Fault && error.status === 400) return []
    throw error
  }
}

async function openTable(outbound: Outbound, request: OutRequest): Promise<Table | undefined> {
  return outbound.tryAgain(async () => {
    const answer = await outbound.send(request)
    const lines = readLines(answer.chunks(), answer.name)
    const first = await lines.next()
    if (first.done === true) return undefined
    const [header = '', ...rest] = first.value
    const columns = header.replace(/^\uFEFF/, '').split('\t')
    if (columns.includes('run_accession')) return { name: answer.name, columns, lines: putBack(rest, lines) }
    await lines.return(undefined)
    const text = first.value.join('\n')
    if (/^\s*\[\s*\]?\s*$/.test(text)) return undefined
    // A page of a proxy or of a server that is being set up comes with 200 as well, so it is asked for again.
    throw new Fault('broken-answer', `${answer.name}: not a table of runs: ${firstWords(text)}`, { passing: true })
  })
}

async function* putBack(first: string[], rest: AsyncGenerator<string[]>): AsyncGenerator<string[]> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** A bare number; also a column of that one number, and JSON around it. */
function countIn(text: string, name: string): number {
  const bare = /^\s*"?(\d+)"?\s*$/.exec(text) ?? /^\s*count\s*\n\s*(\d+)\s*$/i.exec(text)
  const found = bare ?? /^\s*\[?\s*\{\s*"count"\s*:\s*"?(\d+)"?\s*\}\s*\]?\s*$/i.exec(text)
  const count = Number(found?.[1] ?? NaN)
  if (Number.isSafeInteger(count)) return count
  throw new Fault('broken-answer', `${name}: not a count: ${firstWords(text)}`, { passing: true })
}

function fieldsIn(text: string, name: string): Set<string> {
  const rows = text.trimStart().startsWith('[') ? columnIdsInJson(text) : parseTsv(text).map(row => row.get('columnId'))
  const fields = new Set(rows?.filter(id => id !== undefined))
  if (fields.size > 0) return fields
  throw new Fault('broken-answer', `${name}: not a list of columns: ${firstWords(text)}`, { passing: true })
}

function columnIdsInJson(text: string): (string | undefined)[] | undefined {
  try {
    const rows = v.safeParse(rowsSchema, JSON.parse(text))
    return rows.success ? rows.output.map(row => row['columnId']) : undefined
  } catch {
    return undefined
  }
}
