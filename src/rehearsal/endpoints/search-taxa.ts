import { askedColumns, askedFormat, askedNumber } from '../answers/asked-columns.ts'
import { mediaType, replyText } from '../answers/reply.ts'
import { slice } from '../answers/select-rows.ts'
import { writeTable } from '../answers/table.ts'
import { taxonColumns } from '../column-list.ts'
import type { Exchange } from '../exchange.ts'
import { type Query, readQuery } from '../query/read-query.ts'
import { cellTest } from '../query/row-test.ts'
import type { Taxon } from '../world/taxonomy.ts'
import type { World } from '../world/world.ts'

const columnIds = taxonColumns.map(column => column.id)

/** `search?result=taxon`: taxa by query. A merged id is found by `merged_tax_id=…`, on the taxon that it was merged into. */
export function searchTaxa(exchange: Exchange): void {
  const { world } = exchange
  const format = askedFormat(exchange)
  const columns = askedColumns(exchange, columnIds, ['tax_id', 'scientific_name'], 'first')
  const query = readQuery(exchange.asked.get('query') ?? '', column => columnIds.includes(column))
  const limit = askedNumber(exchange, 'limit') ?? world.limits.defaultRows
  const found = world.taxonomy.all().filter(taxon => passes(query, taxon, world))
  const page = slice(found, askedNumber(exchange, 'offset') ?? 0, limit === 0 ? Infinity : limit)
  const rows = [...page].map(taxon => columns.map(column => taxonCell(taxon, column, world)))
  replyText(exchange, 200, mediaType(format), writeTable(format, columns, rows))
}

function passes(query: Query, taxon: Taxon, world: World): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
      return [query.left, query.right].every(part => passes(part, taxon, world))
    case 'or':
      return [query.left, query.right].some(part => passes(part, taxon, world))
    case 'not':
      return !passes(query.of, taxon, world)
    case 'taxon':
      return (query.withSubtree ? world.taxonomy.subtree(query.taxId) : new Set([query.taxId])).has(taxon.id)
    case 'named':
      return world.taxonomy.named(query.name, true).includes(taxon)
    case 'compare':
      return cellsOf(taxon, query.column, world).some(cellTest(query))
  }
}

function cellsOf(taxon: Taxon, column: string, world: World): string[] {
  return column === 'merged_tax_id' ? world.taxonomy.mergedTo(taxon.id).map(String) : [taxonCell(taxon, column, world)]
}

function taxonCell(taxon: Taxon, column: string, world: World): string {
  switch (column) {
    case 'tax_id':
      return String(taxon.id)
    case 'scientific_name':
      return taxon.name
    case 'common_name':
      return taxon.commonName ?? ''
    case 'rank':
      return taxon.rank
    case 'tax_division':
      return 'PRO'
    case 'lineage':
      return world.taxonomy.lineage(taxon.id).join('; ')
    case 'merged_tax_id':
      return world.taxonomy.mergedTo(taxon.id).join(';')
    default:
      return ''
  }
}
