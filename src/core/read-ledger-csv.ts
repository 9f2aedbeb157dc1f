import { readCsv, type CsvRow } from './csv.ts'
import { Problem } from './problem.ts'
import { taxonColumnKeys } from './taxon-column-keys.ts'

/** The columns of `microfetch.csv`, in their order. */
export const ledgerColumns = [
  'taxonomy_id',
  'last_checked',
  'droplet_ips',
  'last_run_status',
  'needs_attention',
  'stage',
  'stage_name',
  'priority',
  'generated_warning',
] as const

/** A taxon of an existing `microfetch.csv`. */
export interface LedgerCsvRow {
  line: number
  taxId: number
  priority: number
  /** The day of its last check, `YYYY-MM-DD`: what became public before is at the group already. Undefined: never checked. */
  lastCheckedOn: string | undefined
  needsAttention: string
  warning: string
}

/** What an existing file holds, and what of it cannot be taken. */
export interface LedgerCsvRead {
  rows: LedgerCsvRow[]
  problems: { line: number; what: string }[]
}

// The original's own file spells a column so.
const otherSpellings: Record<string, string> = { generated_waring: 'generated_warning' }

/**
 * Reads an existing `microfetch.csv`. Columns may stand in any order, and only `taxonomy_id` must be there: without it the file is something
 * else, which is a `bad-input` that names it.
 */
export function readLedgerCsv(text: string, fileName: string): LedgerCsvRead {
  const { rows, badLines } = readCsv(text)
  const problems = badLines.map(line => ({ line, what: 'this line is not CSV' }))
  const [header, ...body] = rows
  const columns = (header?.cells ?? []).map(cell => otherSpellings[cell.trim()] ?? cell.trim())
  if (!columns.includes('taxonomy_id')) {
    throw new Problem('bad-input', `${fileName} is no microfetch.csv: line ${header?.line ?? 1} has no column taxonomy_id`)
  }
  const read: LedgerCsvRead = { rows: [], problems }
  const seen = new Set<number>()
  for (const row of body) {
    const cellOf = (name: (typeof ledgerColumns)[number]) => row.cells[columns.indexOf(name)]?.trim() ?? ''
    const what = faultOf(cellOf, seen)
    if (what === undefined) read.rows.push(toRow(row, cellOf))
    else read.problems.push({ line: row.line, what })
    seen.add(Number(cellOf('taxonomy_id')))
  }
  return read
}

type CellOf = (name: (typeof ledgerColumns)[number]) => string

function faultOf(cellOf: CellOf, seen: ReadonlySet<number>): string | undefined {
  const id = cellOf('taxonomy_id')
  if (!/^[1-9]\d{0,9}(\.0)?$/.test(id)) return `"${id}" is not a tax id`
  if (seen.has(Number(id))) return `tax id ${Number(id)} stands there twice`
  const priority = cellOf('priority')
  if (priority !== '' && taxonColumnKeys.priority.read(priority.replace(/\.0$/, '')) === undefined)
    return `"${priority}" is not a priority: that is ${taxonColumnKeys.priority.says}`
  const checked = cellOf('last_checked')
  if (checked !== '' && dayOf(checked) === undefined) return `"${checked}" is not a day`
  return undefined
}

function toRow({ line }: CsvRow, cellOf: CellOf): LedgerCsvRow {
  return {
    line,
    // A table program that met an empty cell in a column writes its whole numbers as 562.0.
    taxId: Number(cellOf('taxonomy_id')),
    priority: Number(cellOf('priority')),
    lastCheckedOn: dayOf(cellOf('last_checked')),
    needsAttention: cellOf('needs_attention'),
    warning: cellOf('generated_warning'),
  }
}

function dayOf(text: string): string | undefined {
  const [, day] = /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(text) ?? []
  return day !== undefined && !Number.isNaN(Date.parse(day)) ? day : undefined
}
