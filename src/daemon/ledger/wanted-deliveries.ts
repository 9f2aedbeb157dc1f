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
 * What a taxon is to pay for itself is read in the order of an index and no further than needed: hundreds of thousands may be wanted. What
 * somebody else is to pay for, who is held back or has no room for all of it, is gone through once for all of these taxa, to its end where
 * little of it is shared.
 */
export async function wantedDeliveries(
  read: Reader,
  taxa: readonly ActiveTaxon[],
  roomOf: (taxId: number) => number,
  atMost: number,
): Promise<WantedDelivery[]> {
  const found = new Set<string>()
  const withRoom = taxa.filter(({ taxId }) => roomOf(taxId) >= 1)
  const payers = await chargedTaxa(read)
  const lending = lendingOf(payers, withRoom, roomOf)
  const shared = new Map<number | null, Shared[]>()
  for (const [priority, of] of Map.groupBy(withRoom, taxon => taxon.priority)) {
    for (const { taxId } of of.filter(taxon => payers.includes(taxon.taxId))) {
      if (found.size >= atMost) break
      for (const row of await wantedOf(read, taxId, [taxId], Math.min(roomOf(taxId), atMost - found.size))) found.add(row.id)
    }
    for (const payer of lending) {
      if (found.size >= atMost) break
      const groups = shared.get(payer) ?? (await sharedOf(read, payer, withRoom, roomOf, atMost))
      shared.set(payer, groups)
      const ids = groups.filter(group => group.priority === priority).flatMap(group => group.ids)
      for (const id of ids.slice(0, atMost - found.size)) found.add(id)
    }
  }
  return describeWanted(read, [...found], taxa)
}

/** Those of the payers that do not begin all of it themselves. */
function lendingOf(
  payers: readonly (number | null)[],
  withRoom: readonly ActiveTaxon[],
  roomOf: (taxId: number) => number,
): (number | null)[] {
  return payers.filter(payer => payer === null || roomOf(payer) < Infinity || withRoom.every(({ taxId }) => taxId !== payer))
}

/** Deliveries that somebody else is to pay for, and that taxa of one priority accept; the oldest wishes first. */
interface Shared {
  priority: number
  taxIds: number[]
  /** They have room for no more than this. */
  atMost: number
  ids: string[]
}

/** What taxa of each priority accept of what `payer` is to pay for. Gone through once: whoever has enough is no longer asked for. */
async function sharedOf(
  read: Reader,
  payer: number | null,
  taxa: readonly ActiveTaxon[],
  roomOf: (taxId: number) => number,
  atMost: number,
): Promise<Shared[]> {
  const others = taxa.filter(({ taxId }) => taxId !== payer)
  const groups = [...Map.groupBy(others, ({ priority }) => priority)].map(([priority, of]): Shared => {
    const taxIds = of.map(({ taxId }) => taxId)
    return { priority, taxIds, atMost: Math.min(roomOfAll(taxIds, roomOf), atMost), ids: [] }
  })
  let rows: WantedRowId[] = []
  do {
    // What is less urgent than a group that has all that is asked for is not seen any more.
    const filled = groups.findIndex(group => group.ids.length >= atMost)
    const open = groups.slice(0, filled === -1 ? undefined : filled).filter(group => group.ids.length < group.atMost)
    if (open.length === 0) break
    const asked = open.flatMap(({ taxIds }) => taxIds)
    rows = await wantedOf(read, payer, asked, atMost, rows.at(-1))
    for (const { id, tax_ids } of rows) {
      const accepting = new Set(tax_ids.split(',').map(Number))
      for (const group of open) {
        if (group.ids.length < group.atMost && group.taxIds.some(taxId => accepting.has(taxId))) group.ids.push(id)
      }
    }
  } while (rows.length === atMost)
  return groups
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

/** A wanted delivery where it stands in the index, with those that accept it of the taxa that were asked about. */
interface WantedRowId {
  id: string
  wanted_at: string
  /** Tax ids, with commas between them. */
  tax_ids: string
}

/**
 * The oldest of the wishes behind `after` that one of these taxa accepts. Found in the index alone, which has the run with it: of a long
 * backlog nothing else is read than what is taken of it.
 */
function wantedOf(
  read: Reader,
  chargedTaxId: number | null,
  taxIds: readonly number[],
  atMost: number,
  after?: WantedRowId,
): Promise<WantedRowId[]> {
  // The sign keeps a run from being looked up taxon by taxon where there are several: it has few verdicts.
  const taxId = taxIds.length === 1 ? sql.ref<number>('v.tax_id') : sql<number>`+v.tax_id`
  const accepting = () =>
    read
      .selectFrom('verdicts as v')
      .where('v.run_accession', '=', sql.ref<string>('d.run_accession'))
      .where('v.delivery_id', '=', sql.ref<string>('d.id'))
      .where(taxId, 'in', taxIds)
      .where('v.verdict', '=', 'accepted')
      .where('v.skip', 'is', null)
  return read
    .selectFrom('deliveries as d')
    .select([
      'd.id',
      'd.wanted_at',
      accepting()
        .select(sql<string>`group_concat(v.tax_id)`.as('taxa'))
        .$asScalar()
        .as('tax_ids'),
    ])
    .where('d.state', '=', isWanted)
    .where('d.charged_tax_id', chargedTaxId === null ? 'is' : '=', chargedTaxId)
    .$if(after !== undefined, query =>
      query.where(sql<boolean>`(d.wanted_at, d.id) > (${after?.wanted_at ?? ''}, ${after?.id ?? ''})`),
    )
    .where(eb => eb.exists(accepting().select('v.tax_id')))
    .orderBy('d.wanted_at')
    .orderBy('d.id')
    .limit(Number.isFinite(atMost) ? atMost : -1)
    .execute()
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

/** Whether anything is wanted that an active taxon accepts and has room for. */
export async function isSomethingWanted(read: Reader, roomOf: (taxId: number) => number): Promise<boolean> {
  const alike = (await activeTaxa(read)).map(taxon => ({ ...taxon, priority: 0 }))
  return (await wantedDeliveries(read, alike, roomOf, 1)).length > 0
}
