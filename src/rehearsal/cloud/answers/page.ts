import type { CloudExchange } from '../exchange.ts'

const usualSize = 20
const largestSize = 200

/** One page of a list under its name, with links to the others and the total, as every list of the API is. */
export function pageOf(exchange: CloudExchange, name: string, whole: readonly unknown[]): Record<string, unknown> {
  const size = Math.min(largestSize, readNumber(exchange.asked.get('per_page')) ?? usualSize)
  const page = readNumber(exchange.asked.get('page')) ?? 1
  const rows = whole.slice((page - 1) * size, page * size)
  return { [name]: rows, links: linksOf(exchange, page, Math.ceil(whole.length / size)), meta: { total: whole.length } }
}

function linksOf(exchange: CloudExchange, page: number, lastPage: number): { pages?: Record<string, string> } {
  if (lastPage <= 1) return {}
  const pages: Record<string, string> = {}
  if (page > 1) Object.assign(pages, { first: linkTo(exchange, 1), prev: linkTo(exchange, page - 1) })
  if (page < lastPage) Object.assign(pages, { next: linkTo(exchange, page + 1), last: linkTo(exchange, lastPage) })
  return { pages }
}

function linkTo({ origin, path, asked }: CloudExchange, page: number): string {
  const parameters = new URLSearchParams(asked)
  parameters.set('page', String(page))
  return `${origin}${path}?${parameters.toString()}`
}

function readNumber(text: string | null): number | undefined {
  if (text === null || !/^\d{1,9}$/.test(text)) return undefined
  const number = Number(text)
  return number > 0 ? number : undefined
}
