import { sql } from 'kysely'
import { taxaInAttention } from './attention.ts'
import type { Reader } from './ledger.ts'

/** A wanted delivery with what packing needs, and the taxa that accept it. */
export interface WantedDelivery {
  id: string
  runAccession: string
  recipe: string
  bytes: number
  bases: number | null
  strikes: number
  alone: boolean
  memoryStep: number
  chargedTaxId: number | null
  /** Taxa that accept it, are tracked, not paused and not in need of attention; highest priority first. */
  activeTaxIds: number[]
  /** Those and the tracked ones that are held back: what each of them keeps is kept. */
  taxIds: number[]
}

/** A taxon that is tracked, not paused and not in need of attention. */
export interface ActiveTaxon {
  taxId: number
  priority: number
}

// As a literal: an index on some rows only is not used for a value that is bound later.
const isWanted = sql.lit<'wanted'>('wanted')

/** Taxa whose wishes are worked on; by priority, the highest first. */
export async function activeTaxa(read: Reader): Promise<ActiveTaxon[]> {
  const inAttention = new Set(await taxaInAttention(read))
  const rows = await read
    .selectFrom('taxa')
    .select(['tax_id', 'priority'])
    .where('state', '=', 'tracked')
    .where('paused', '=', 0)
    .orderBy('priority', 'desc')
    .orderBy('tax_id')
    .execute()
  return rows.flatMap(row => (inAttention.has(row.tax_id) ? [] : [{ taxId: row.tax_id, priority: row.priority }]))
}

/**
 * Wanted deliveries that one of these taxa may begin, those of higher priority and the oldest wishes first. `roomOf` is how many more a
 * taxon may have under way: no more are read of it, so that its backlog keeps nobody else from being seen; what it is to pay for and has
 * no room for goes to another of these taxa that accepts it.
 *
 * Read taxon by taxon, each in the order of an index and no further than needed: hundreds of thousands may be wanted.
 */
export async function wantedDeliveries(
  read: Reader,
  taxa: readonly ActiveTaxon[],
  roomOf: (taxId: number) => number,
  atMost: number,
): Promise<WantedDelivery[]> {
  const found = new Set<string>()
  const gather = async (chargedTaxId: number | null, taxIds: readonly number[], limit: number) => {
    if (taxIds.length === 0 || limit <= 0) return
    for (const id of await wantedOf(read, chargedTaxId, taxIds, limit)) found.add(id)
  }
  const withRoom = taxa.filter(({ taxId }) => roomOf(taxId) >= 1)
  const payers = await chargedTaxa(read)
  for (const of of Map.groupBy(withRoom, ({ priority }) => priority).values()) {
    const taxIds = of.map(({ taxId }) => taxId)
    for (const taxId of taxIds.filter(one => payers.includes(one)))
      await gather(taxId, [taxId], Math.min(roomOf(taxId), atMost - found.size))
    for (const payer of payers) {
      if (payer !== null && roomOf(payer) === Infinity && withRoom.some(({ taxId }) => taxId === payer)) continue
      const others = taxIds.filter(taxId => taxId !== payer)
      await gather(payer, others, Math.min(roomOfAll(others, roomOf), atMost - found.size))
    }
  }
  return describeWanted(read, [...found], taxa)
}

function roomOfAll(taxIds: readonly number[], roomOf: (taxId: number) => number): number {
  return taxIds.reduce((sum, taxId) => sum + roomOf(taxId), 0)
}

/** Taxa that are to pay for something wanted. One step of the index for each, however much they want. */
async function chargedTaxa(read: Reader): Promise<(number | null)[]> {
  const wanted = () =>
    read.selectFrom('deliveries').select('charged_tax_id').where('state', '=', isWanted).orderBy('charged_tax_id').limit(1)
  const nobody = await wanted().where('charged_tax_id', 'is', null).executeTakeFirst()
  const found: (number | null)[] = nobody === undefined ? [] : [null]
  let row = await wanted().where('charged_tax_id', 'is not', null).executeTakeFirst()
  while (row !== undefined) {
    found.push(row.charged_tax_id)
    row = await wanted().where('charged_tax_id', '>', row.charged_tax_id).executeTakeFirst()
  }
  return found
}

/** Found in the index alone, which has the run with it: of a long backlog nothing else is read than what is taken of it. */
async function wantedOf(read: Reader, chargedTaxId: number | null, taxIds: readonly number[], atMost: number): Promise<string[]> {
  const rows = await read
    .selectFrom('deliveries as d')
    .select('d.id')
    .where('d.state', '=', isWanted)
    .where('d.charged_tax_id', chargedTaxId === null ? 'is' : '=', chargedTaxId)
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('verdicts as v')
          .select('v.tax_id')
          .whereRef('v.run_accession', '=', 'd.run_accession')
          .whereRef('v.delivery_id', '=', 'd.id')
          .where('v.tax_id', 'in', taxIds)
          .where('v.verdict', '=', 'accepted')
          .where('v.skip', 'is', null),
      ),
    )
    .orderBy('d.wanted_at')
    .orderBy('d.id')
    .limit(Number.isFinite(atMost) ? atMost : -1)
    .execute()
  return rows.map(row => row.id)
}

const deliveriesAtOnce = 500

/** These deliveries as they are wanted still, in this order, with the taxa that accept them. */
async function describeWanted(read: Reader, ids: readonly string[], taxa: readonly ActiveTaxon[]): Promise<WantedDelivery[]> {
  const places = new Map(taxa.map(({ taxId }, place) => [taxId, place]))
  const found: WantedDelivery[] = []
  for (let from = 0; from < ids.length; from += deliveriesAtOnce) {
    const some = ids.slice(from, from + deliveriesAtOnce)
    const rows = new Map((await wantedRows(read, some)).map(row => [row.id, row]))
    const accepting = Map.groupBy(await acceptingTaxa(read, [...rows.values()]), row => row.delivery_id)
    for (const row of some.flatMap(id => rows.get(id) ?? [])) {
      const taxIds = (accepting.get(row.id) ?? []).map(one => one.tax_id)
      found.push(toWanted(row, taxIds, places))
    }
  }
  return found
}

/** Crossed, because SQLite keeps the order of such joins. */
function wantedRows(read: Reader, ids: readonly string[]): Promise<WantedRow[]> {
  return read
    .selectFrom('deliveries as d')
    .crossJoin('runs as r')
    .select(['d.id', 'd.run_accession', 'd.recipe', 'r.fastq_bytes', 'r.base_count', 'd.strikes', 'd.alone', 'd.memory_step'])
    .select('d.charged_tax_id')
    .where('d.id', 'in', ids)
    .where('d.state', '=', 'wanted')
    .whereRef('r.run_accession', '=', 'd.run_accession')
    .execute()
}

interface WantedRow {
  id: string
  run_accession: string
  recipe: string
  fastq_bytes: number
  base_count: number | null
  strikes: number
  alone: number
  memory_step: number
  charged_tax_id: number | null
}

function acceptingTaxa(read: Reader, rows: readonly WantedRow[]): Promise<{ tax_id: number; delivery_id: string | null }[]> {
  return read
    .selectFrom('verdicts as v')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(['v.tax_id', 'v.delivery_id'])
    .where(
      'v.run_accession',
      'in',
      rows.map(row => row.run_accession),
    )
    .where(
      'v.delivery_id',
      'in',
      rows.map(row => row.id),
    )
    .where('v.verdict', '=', 'accepted')
    .where('v.skip', 'is', null)
    .where('t.state', '<>', 'removed')
    .execute()
}

/** `places` says which taxa are active, and in which order. */
function toWanted(row: WantedRow, accepting: readonly number[], places: ReadonlyMap<number, number>): WantedDelivery {
  const place = (taxId: number) => places.get(taxId) ?? places.size
  const taxIds = accepting.toSorted((a, b) => place(a) - place(b) || a - b)
  return {
    id: row.id,
    runAccession: row.run_accession,
    recipe: row.recipe,
    bytes: row.fastq_bytes,
    bases: row.base_count,
    strikes: row.strikes,
    alone: row.alone === 1,
    memoryStep: row.memory_step,
    chargedTaxId: row.charged_tax_id,
    activeTaxIds: taxIds.filter(taxId => places.has(taxId)),
    taxIds,
  }
}

/** Whether anything is wanted that an active taxon accepts, whatever room it has. */
export async function isSomethingWanted(read: Reader): Promise<boolean> {
  return (await wantedDeliveries(read, await activeTaxa(read), () => Infinity, 1)).length > 0
}
