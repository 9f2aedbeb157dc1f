import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { listAttention } from '../../src/api/attention.ts'
import { showRun } from '../../src/api/run-fate.ts'
import { listTaxa, showTaxon, type TaxonRow } from '../../src/api/taxa.ts'
import { listRuns } from '../../src/api/runs.ts'
import { readCsv } from '../../src/core/csv.ts'
import type { InstallationUnderTest } from './installation-under-test.ts'

/** The deliveries of a run that lie in the library, by their ids. */
export function deliveriesAtHome(at: InstallationUnderTest, run: string): string[] {
  const folder = join(at.library, 'runs', run.slice(0, 6), run)
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return []
  }
}

/** Which delivery a taxon's link of a run leads to; undefined when there is none. */
export function linkedDelivery(at: InstallationUnderTest, taxId: number, run: string): string | undefined {
  try {
    return realpathSync(join(at.library, 'by-taxon', String(taxId), run))
      .split('/')
      .at(-1)
  } catch {
    return undefined
  }
}

/** State of each of a taxon's runs, as people see it. */
export async function statesOfRuns(at: InstallationUnderTest, taxon: number): Promise<Record<string, string>> {
  const { rows } = await at.client.ask(listRuns, { query: { taxon, limit: 1000 } })
  return Object.fromEntries(rows.map(row => [row.runAccession, row.state]))
}

/** Runs of a taxon that stand at a state. */
export async function runsAt(at: InstallationUnderTest, taxon: number, state: string): Promise<string[]> {
  const states = Object.entries(await statesOfRuns(at, taxon))
  return states.flatMap(([run, stands]) => (stands === state ? [run] : [])).sort()
}

/** A tracked taxon in the list that people see. */
export async function taxonIn(at: InstallationUnderTest, taxId: number): Promise<TaxonRow | undefined> {
  return (await at.client.ask(listTaxa, { query: { removed: true } })).rows.find(row => row.taxId === taxId)
}

/** The newest check of a taxon. */
export async function newestCheck(at: InstallationUnderTest, taxId: number) {
  return (await at.client.ask(showTaxon, { params: { taxId } })).checks[0]
}

/** The whole fate of a run. */
export function fateOf(at: InstallationUnderTest, accession: string) {
  return at.client.ask(showRun, { params: { accession } })
}

/** What needs a person now: `<subject> <id> <cause>`. */
export async function needs(at: InstallationUnderTest): Promise<string[]> {
  const { rows } = await at.client.ask(listAttention, {})
  return rows.map(row => `${row.subject} ${row.subjectId} ${row.cause}`)
}

/** Cells of a taxon's line of `microfetch.csv`, by column; undefined when it has no line. */
export function cellsOf(at: InstallationUnderTest, taxId: number, ...columns: string[]): string[] | undefined {
  const line = csvLines(join(at.home, 'microfetch.csv')).find(one => one['taxonomy_id'] === String(taxId))
  return line && columns.map(column => line[column] ?? `no column ${column}`)
}

/** What became of a run: `<state> <reason>` of each of its deliveries, the oldest first. */
export async function deliveriesOf(at: InstallationUnderTest, run: string): Promise<string[]> {
  const { deliveries } = await fateOf(at, run)
  return deliveries.map(({ state, reason }) => `${state} ${reason?.code ?? ''}`.trim())
}

/** The lines of a CSV file, by column. */
export function csvLines(path: string): Record<string, string>[] {
  const [header, ...body] = readCsv(readFileSync(path, 'utf8')).rows
  return body.map(row => Object.fromEntries(row.cells.map((cell, place) => [header?.cells[place] ?? '', cell])))
}

/** How much work was ever begun: what may not grow when nothing is to be done. */
export async function workBegun(at: InstallationUnderTest): Promise<{ batches: number; attempts: number; workers: number }> {
  const counts = async (table: 'batches' | 'attempts' | 'workers') =>
    (
      await at.ledger
        .selectFrom(table)
        .select(query => query.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count
  return { batches: await counts('batches'), attempts: await counts('attempts'), workers: await counts('workers') }
}
