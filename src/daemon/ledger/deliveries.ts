import type { Selectable } from 'kysely'
import { taxaInAttention } from './attention.ts'
import type { Resolution } from '../../core/resolve-outcome.ts'
import type { Reader, Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'
import type { DeliveriesTable } from './tables.ts'
import { markUnjudged } from './verdicts.ts'

/** A wanted delivery with what packing needs, and one taxon that accepts it and is not held back. */
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
}

/** Wanted deliveries that at least one active taxon accepts, the taxa of higher priority and the oldest wishes first. */
export async function wantedDeliveries(read: Reader, atMost: number): Promise<WantedDelivery[]> {
  const inAttention = await taxaInAttention(read)
  const rows = await read
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
    .innerJoin('verdicts as v', 'v.delivery_id', 'd.id')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select([
      'd.id',
      'd.run_accession',
      'd.recipe',
      'r.fastq_bytes',
      'r.base_count',
      'd.strikes',
      'd.alone',
      'd.memory_step',
      'd.charged_tax_id',
    ])
    .select(['t.tax_id', 't.priority'])
    .where('d.state', '=', 'wanted')
    .where('v.verdict', '=', 'accepted')
    .where('v.skip', 'is', null)
    .where('t.state', '=', 'tracked')
    .where('t.paused', '=', 0)
    .$if(inAttention.length > 0, query => query.where('t.tax_id', 'not in', inAttention))
    .orderBy('t.priority', 'desc')
    .orderBy('d.wanted_at')
    .orderBy('d.id')
    .limit(atMost)
    .execute()
  const wanted = new Map<string, WantedDelivery>()
  for (const row of rows) {
    const known = wanted.get(row.id)
    if (known === undefined) wanted.set(row.id, toWanted(row))
    else known.activeTaxIds.push(row.tax_id)
  }
  return [...wanted.values()]
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
  tax_id: number
}

function toWanted(row: WantedRow): WantedDelivery {
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
    activeTaxIds: [row.tax_id],
  }
}

/** Deliveries of a taxon's charge that are being worked on. */
export async function batchedCounts(read: Reader): Promise<Map<number, number>> {
  const rows = await read
    .selectFrom('deliveries')
    .select(['charged_tax_id', eb => eb.fn.countAll<number>().as('count')])
    .where('state', '=', 'batched')
    .groupBy('charged_tax_id')
    .execute()
  return new Map(rows.map(row => [row.charged_tax_id ?? 0, row.count]))
}

/** What of a batch is still to be done, with what its newest attempt said of it. */
export interface BatchedDelivery extends Selectable<DeliveriesTable> {
  /** The revision of the run's files now; null while there are none. */
  run_revision: string | null
}

/** The deliveries of a batch that are still batched. */
export function batchedDeliveries(read: Reader, batchId: string): Promise<BatchedDelivery[]> {
  return read
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
    .selectAll('d')
    .select('r.revision as run_revision')
    .where('d.batch_id', '=', batchId)
    .where('d.state', '=', 'batched')
    .orderBy('d.id')
    .execute()
}

/**
 * Carries out what was resolved of a delivery that is still batched. Its run is judged anew: what changed in the archive, or was said by
 * a person, while it was batched may owe something else now, or nothing.
 */
export async function resolveDelivery(
  tx: Tx,
  delivery: { id: string; runAccession: string },
  resolution: Resolution,
  cause: Cause,
): Promise<boolean> {
  const moved = await moveResolved(tx, delivery.id, resolution, cause)
  if (moved) await markUnjudged(tx, delivery.runAccession)
  return moved
}

function moveResolved(tx: Tx, id: string, resolution: Resolution, cause: Cause): Promise<boolean> {
  const seen = 'batched'
  switch (resolution.event) {
    case 'fail': {
      const { reason, detail, strikes } = resolution
      return moveDelivery(
        tx,
        id,
        { seen, event: 'fail' },
        { ...cause, why: `${reason} ${detail}`.trim() },
        { reason, detail, strikes, batch_id: null },
      )
    }
    case 'drop': {
      const { reason, detail } = resolution
      return moveDelivery(
        tx,
        id,
        { seen, event: 'drop' },
        { ...cause, why: `${reason} ${detail}`.trim() },
        { reason, detail, batch_id: null },
      )
    }
    case 'putBack': {
      const { strikes, memoryStep, detail } = resolution
      const set = { strikes, alone: resolution.alone ? 1 : 0, memory_step: memoryStep, detail, batch_id: null }
      return moveDelivery(tx, id, { seen, event: 'putBack' }, { ...cause, why: detail === '' ? cause.why : detail }, set)
    }
  }
}
