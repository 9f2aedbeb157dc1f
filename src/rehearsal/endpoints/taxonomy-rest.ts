import { replyText } from '../answers/reply.ts'
import type { Exchange } from '../exchange.ts'
import type { Taxon } from '../world/taxonomy.ts'
import type { World } from '../world/world.ts'

/**
 * The taxonomy: `tax-id/{id}` is one object, `scientific-name/{name}` and `any-name/{name}` are lists, and
 * `suggest-for-search/{text}` lists taxa that begin with the text. What is not there is 404 with the words `No results.`
 */
export function taxonomyRest(exchange: Exchange): void {
  const [kind = '', ...rest] = exchange.path.split('/')
  const text = rest.join('/')
  const { world } = exchange
  switch (kind) {
    case 'tax-id':
      return replyOne(exchange, taxonOfId(world, Number(text)))
    case 'scientific-name':
      return replyMany(exchange, world.taxonomy.named(text, false), 404)
    case 'any-name':
      return replyMany(exchange, world.taxonomy.named(text, true), 404)
    case 'suggest-for-search':
    case 'suggest-for-submission': {
      const limit = Number(exchange.asked.get('limit') ?? '10')
      return replyMany(exchange, world.taxonomy.beginningWith(text).slice(0, limit === 0 ? undefined : limit), 200)
    }
    default:
      return replyText(exchange, 404, 'text/plain', 'Not Found')
  }
}

function taxonOfId(world: World, id: number): Taxon | undefined {
  return world.taxonomy.find(world.mergedIds === 'followed' ? world.taxonomy.current(id) : id)
}

function replyOne(exchange: Exchange, taxon: Taxon | undefined): void {
  if (taxon === undefined) return replyText(exchange, 404, 'text/plain', 'No results.')
  replyText(exchange, 200, 'application/json', `${JSON.stringify(describe(exchange.world, taxon), undefined, 2)}\n`)
}

function replyMany(exchange: Exchange, taxa: Taxon[], statusOfNone: number): void {
  if (taxa.length === 0) return replyText(exchange, statusOfNone, 'text/plain', 'No results.')
  const found = taxa.map(taxon => describe(exchange.world, taxon))
  replyText(exchange, 200, 'application/json', `${JSON.stringify(found, undefined, 2)}\n`)
}

/** Every value is a string, as the real service has it; the lineage ends with a semicolon and a blank and leaves the taxon itself out. */
function describe(world: World, taxon: Taxon): Record<string, string | string[]> {
  const lineage = world.taxonomy.lineage(taxon.id)
  return {
    taxId: String(taxon.id),
    scientificName: taxon.name,
    ...(taxon.commonName === undefined ? {} : { commonName: taxon.commonName }),
    displayName: taxon.name,
    formalName: 'true',
    rank: taxon.rank,
    division: 'PRO',
    lineage: lineage.map(name => `${name}; `).join(''),
    geneticCode: '11',
    mitochondrialGeneticCode: '0',
    submittable: 'true',
    ...(taxon.synonyms.length === 0 ? {} : { otherNames: taxon.synonyms.map(name => `${name}:synonym`) }),
  }
}
