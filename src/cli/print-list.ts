import type { Client, ReplyTo } from '../api/client.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { Problem } from '../core/problem.ts'
import { printRows, printTabs, type Column } from './print-table.ts'
import type { Screen } from './screen.ts'

/** How a list is to be printed, as the flags say. */
export interface ListForm {
  /** One JSON document: `{ "<name>": [ … ] }`. */
  json?: boolean
  /** One JSON document a line. */
  jsonl?: boolean
  /** Only these columns, in this order, between commas; `run_accession` and `runAccession` are the same. */
  fields?: string
}

/** A list with the name it has in JSON, its columns, and its rows as they come. */
export interface Listed<Row> {
  name: string
  columns: readonly Column<Row>[]
  rows: AsyncIterable<Row>
}

/** Prints a list in the form that was asked for; the number of rows. */
export async function printList<Row extends object>(screen: Screen, list: Listed<Row>, form: ListForm): Promise<number> {
  const listed = { ...list, rows: await begun(list.rows) }
  if (form.json === true && form.jsonl === true) throw new Problem('bad-input', '--json and --jsonl: choose one of them')
  const isJson = form.json === true || form.jsonl === true
  const fields = form.fields === undefined ? undefined : readFields(form.fields, listed, isJson)
  if (form.json === true) return printJson(screen, listed, fields)
  if (form.jsonl === true) {
    let count = 0
    for await (const row of listed.rows) {
      await screen.data(JSON.stringify(pick(row, fields)))
      count += 1
    }
    return count
  }
  if (fields === undefined) return printRows(screen, listed.columns, listed.rows)
  const columns = fields
    .flatMap(field => listed.columns.filter(column => column.name === snake(field)))
    .map(column => ({ ...column, hidden: false }))
  return screen.isTable ? printRows(screen, columns, listed.rows) : printTabs(screen, columns, listed.rows)
}

/** The same rows, the first of them asked for already: what is wrong with the question is known before a header is printed. */
async function begun<Row>(rows: AsyncIterable<Row>): Promise<AsyncIterable<Row>> {
  const iterator = rows[Symbol.asyncIterator]()
  let first: IteratorResult<Row, unknown> | undefined = await iterator.next()
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const next = first ?? (await iterator.next())
        first = undefined
        return next
      },
    }),
  }
}

/** Rows that are all there. */
export async function* inTurn<Row>(rows: Iterable<Row>): AsyncGenerator<Row> {
  yield* rows
}

async function printJson<Row extends object>(
  screen: Screen,
  { name, rows }: Listed<Row>,
  fields: readonly string[] | undefined,
): Promise<number> {
  // Row by row, so that a million of them need no more memory than one.
  await screen.data(`{${JSON.stringify(name)}: [`)
  let count = 0
  let waiting: string | undefined
  for await (const row of rows) {
    if (waiting !== undefined) await screen.data(`${waiting},`)
    waiting = `  ${JSON.stringify(pick(row, fields))}`
    count += 1
  }
  if (waiting !== undefined) await screen.data(waiting)
  await screen.data(']}')
  return count
}

function readFields(text: string, listed: { columns: readonly { name: string }[] }, isJson: boolean): string[] {
  const known = listed.columns.map(column => column.name)
  return text
    .split(',')
    .map(field => field.trim())
    .filter(field => field !== '')
    .map(field => {
      if (!known.includes(snake(field)))
        throw new Problem('bad-input', `--fields: there is no column ${field}; there are ${known.join(', ')}`)
      return isJson ? camel(field) : snake(field)
    })
}

function pick(row: object, fields: readonly string[] | undefined): object {
  if (fields === undefined) return row
  return Object.fromEntries(fields.map(field => [field, (row as Record<string, unknown>)[field]]))
}

/** `runAccession` → `run_accession`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase())
}

/** A column that holds one key of a row as it is. */
export function column<Row extends object>(key: keyof Row & string, how: Omit<Column<Row>, 'name' | 'value'> = {}): Column<Row> {
  return { name: snake(key), value: row => plainValue(row[key]), ...how }
}

function plainValue(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : value === null
      ? null
      : JSON.stringify(value)
}

interface Page<Row> {
  rows: Row[]
  next: string | null
}

/** Every row of a list that comes in pages. */
export async function* everyRow<E extends Endpoint>(
  client: Client,
  endpoint: E,
  query: Record<string, string | number | boolean | undefined>,
): AsyncGenerator<RowOf<E>> {
  let after: string | undefined
  do {
    const page = (await client.ask<Endpoint>(endpoint, { query: { limit: 500, ...query, after } })) as Page<RowOf<E>>
    yield* page.rows
    after = page.next ?? undefined
  } while (after !== undefined)
}

type RowOf<E extends Endpoint> = ReplyTo<E> extends { rows: (infer Row)[] } ? Row : never
