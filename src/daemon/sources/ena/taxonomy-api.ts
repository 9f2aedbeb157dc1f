import * as v from 'valibot'
import { Fault } from '../../fetch/fault.ts'
import { fetchAs } from '../../fetch/fetch-json.ts'
import type { Outbound } from '../../fetch/outbound.ts'
import { firstWords } from '../../fetch/words-of.ts'

/** A taxon as ENA's taxonomy describes it. */
export interface EnaTaxon {
  taxId: number
  scientificName: string
  /** `species`, `genus`, …; empty when the taxonomy does not say. */
  rank: string
  /** From below the root down to the parent, joined by `; `. */
  lineage: string
}

/** ENA's taxonomy service. Faults are Problems; a taxon that it does not know is undefined or an empty list. */
export interface TaxonomyApi {
  byId(taxId: number): Promise<EnaTaxon | undefined>
  byScientificName(name: string): Promise<EnaTaxon[]>
  /** By any name: synonyms and common names too. */
  byAnyName(name: string): Promise<EnaTaxon[]>
}

const taxonSchema = v.pipe(
  v.object({
    taxId: v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer(), v.minValue(1)),
    scientificName: v.string(),
    rank: v.optional(v.string(), ''),
    lineage: v.optional(v.string(), ''),
  }),
  // The lineage ends with a semicolon and a blank.
  v.transform((taxon): EnaTaxon => ({ ...taxon, lineage: taxon.lineage.replace(/;\s*$/, '').trim() })),
)
const answerSchema = v.union([
  v.array(taxonSchema),
  v.pipe(
    taxonSchema,
    v.transform(taxon => [taxon]),
  ),
])

/** Speaks to the taxonomy below `taxonomyUrl`, e.g. `https://www.ebi.ac.uk/ena/taxonomy/rest`. */
export function makeTaxonomyApi(outbound: Outbound, taxonomyUrl: string): TaxonomyApi {
  const base = taxonomyUrl.replace(/\/+$/, '')
  const ask = async (path: string, text: string) => {
    const request = {
      url: `${base}/${path}/${encodeURIComponent(text)}`,
      headers: { accept: 'application/json' },
      expected: [200, 204, 404],
    }
    return (await fetchAs(outbound, request, taxaIn)).value
  }
  return {
    byId: async taxId => (await ask('tax-id', String(taxId)))[0],
    byScientificName: name => ask('scientific-name', name),
    byAnyName: name => ask('any-name', name),
  }
}

/** What is not there is answered with 404, with no body or with the words `No results.` */
function taxaIn(text: string, name: string, status: number): EnaTaxon[] {
  // A page is the word of a web server before the taxonomy, not of the taxonomy: it must not pass for "there is no such taxon".
  if (/^\s*</.test(text))
    throw new Fault('unreachable', `${name}: a page instead of an answer: ${firstWords(text)}`, { passing: true })
  if (status !== 200 || text.trim() === '' || /^\s*no results/i.test(text)) return []
  const result = v.safeParse(answerSchema, parsed(text))
  if (result.success) return result.output
  throw new Fault('broken-answer', `${name}: not a taxon: ${firstWords(text)}`, { passing: true })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
