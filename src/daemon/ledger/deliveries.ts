import { sql, type Selectable } from 'kysely'
import type { Resolution } from '../../core/resolve-outcome.ts'
import type { Reader, Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'
import type { DeliveriesTable } from './tables.ts'
import { markUnjudged } from './verdicts.ts'

// As a literal: an index on some rows only is not used for a value that is bound later.
const isBatched = sql.lit<'batched'>('batched')

/** Deliveries of a taxon's charge that are being worked on. */
export async function batchedCounts(read: Reader): Promise<Map<number, number>> {
  const rows = await read
    .selectFrom('deliveries')
    .select(['charged_tax_id', eb => eb.fn.countAll<number>().as('count')])
    .where('state', '=', isBatched)
    .groupBy('charged_tax_id')
    .execute()
  return new Map(rows.map(row => [row.charged_tax_id ?? 0, row.count]))
}

/** What of a batch is still to be done, with what its newest attempt said of it. */
export interface BatchedDelivery extends Selectable<DeliveriesTable> {
  /** The revision of the run's files now; null while there are none. */
  run_revision: string | null
  /** No tracked taxon accepts the run through it any more, or a person skipped it. Of what nobody has judged that is not known. */
  is_unwanted: boolean
}

/** The deliveries of a batch that are still batched. */
export async function batchedDeliveries(read: Reader, batchId: string): Promise<BatchedDelivery[]> {
  const rows = await read
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
    .selectAll('d')
    .select('r.revision as run_revision')
    .select(eb => [eb.exists(verdictsOn(read)).as('is_known'), eb.exists(wishesFor(read)).as('is_wanted')])
    .where('d.batch_id', '=', batchId)
    .where('d.state', '=', 'batched')
    .orderBy('d.id')
    .execute()
  // A run that was adopted after a restore may be known to no taxon yet: the next check finds it.
  return rows.map(({ is_known, is_wanted, ...row }) => ({ ...row, is_unwanted: Boolean(is_known) && !is_wanted }))
}

function verdictsOn(read: Reader) {
  return read.selectFrom('verdicts as v').select('v.tax_id').where('v.run_accession', '=', sql.ref<string>('d.run_accession'))
}

function wishesFor(read: Reader) {
  return verdictsOn(read)
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .where('t.state', '<>', 'removed')
    .where('v.skip', 'is', null)
    .where(eb => {
      const pointsHere = eb('v.delivery_id', '=', sql.ref<string>('d.id'))
      const isUndecided = eb.and([eb('v.verdict', '=', 'unjudged'), eb('v.delivery_id', 'is', null)])
      return eb.or([eb.and([pointsHere, eb('v.verdict', 'in', ['accepted', 'unjudged'])]), isUndecided])
    })
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
