import type { Exchange } from '../exchange.ts'
import type { ColumnsPlan } from '../faults/fault.ts'
import { QueryError } from '../query/query-error.ts'

/** The columns that this exchange knows: what faults hide and what they add. */
export function planColumns(exchange: Exchange): ColumnsPlan {
  const plan: ColumnsPlan = { hidden: new Set(), extra: [] }
  for (const { fault, settings } of exchange.struck) fault.columns?.(plan, settings)
  return plan
}

/** The format that was asked for; TSV when none was. */
export function askedFormat(exchange: Exchange): 'tsv' | 'json' {
  const format = (exchange.asked.get('format') ?? 'tsv').toLowerCase()
  if (format !== 'tsv' && format !== 'json') throw new QueryError(`Invalid format: ${format}`)
  return format
}

/**
 * The columns that a request asks for: a comma list, `all`, or nothing for the endpoint's own.
 * The accession is always among them. Throws a QueryError that names every column that is not known.
 */
export function askedColumns(
  exchange: Exchange,
  known: readonly string[],
  own: readonly string[],
  place: 'first' | 'where asked',
): string[] {
  const plan = planColumns(exchange)
  const isKnown = (column: string) => known.includes(column) && !plan.hidden.has(column)
  const text = (exchange.asked.get('fields') ?? '').trim()
  const wished = text === '' ? own : text === 'all' ? known : text.split(',').map(field => field.trim())
  const named = wished.filter(column => column !== '' && !(text === 'all' && plan.hidden.has(column)))
  const unknown = named.filter(column => !isKnown(column))
  if (unknown.length > 0) throw new QueryError(`Invalid field(s) supplied: ${unknown.join(', ')}`)
  const key = known.includes('run_accession') ? 'run_accession' : (known[0] ?? '')
  const all = place === 'where asked' && named.includes(key) ? named : [key, ...named.filter(column => column !== key)]
  return [...new Set([...all, ...plan.extra])]
}

/** A whole number of zero or more from a parameter; undefined when it is missing or blank. Throws a QueryError for anything else. */
export function askedNumber(exchange: Exchange, name: string): number | undefined {
  const text = (exchange.asked.get(name) ?? '').trim()
  if (text === '') return undefined
  if (!/^\d+$/.test(text)) throw new QueryError(`Invalid ${name}: ${text}`)
  return Number(text)
}
