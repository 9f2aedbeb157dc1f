import { sql } from 'kysely'
import type { TaxonProgress } from '../../core/taxon-progress.ts'
import type { Reader } from './ledger.ts'
import { allTaxa, type TaxonRow } from './taxa.ts'
import { unjudgedCounts } from './verdicts.ts'

/*
 * Read at every pass, beside a million runs: so each statement begins at what is open (batches, machines, failures), which is little.
 * States are literals, because an index on some rows only is not used for a value that is bound later; and joins are crossed, because
 * SQLite keeps the order of those, where it would else begin with a million verdicts.
 */

const isBatched = sql.lit<'batched'>('batched')
const isWanted = sql.lit<'wanted'>('wanted')
const isFailed = sql.lit<'failed'>('failed')
const isDestroyed = sql.lit<'destroyed'>('destroyed')

/** How far the work of every taxon is that is not removed, in the order of their ids. */
export async function progressOfTaxa(read: Reader): Promise<{ row: TaxonRow; progress: TaxonProgress }[]> {
  const needs = await openNeeds(read)
  const unjudged = await unjudgedCounts(read)
  const wanted = await taxaWithWanted(read)
  const batched = await batchesOfTaxa(read)
  const addresses = await addressesOfTaxa(read)
  const failed = await failuresOfTaxa(read)
  const begun = await begunTaxa(read)
  return (await allTaxa(read, { removed: false })).map(row => {
    const id = row.tax_id
    const states = batched.get(id) ?? new Set()
    return {
      row,
      progress: {
        needs: needs.get(id) ?? [],
        isChecked: row.last_checked !== null,
        isBegun: begun.has(id),
        hasUnjudged: unjudged.has(id),
        hasWanted: wanted.has(id),
        isQueued: states.has('queued') || states.has('assigned'),
        isWorking: states.has('started'),
        isFinished: states.has('finished'),
        addresses: addresses.get(id) ?? [],
        failedRuns: failed.get(id) ?? 0,
        warning: row.warning,
      },
    }
  })
}

async function openNeeds(read: Reader): Promise<Map<number, string[]>> {
  const rows = await read
    .selectFrom('attention')
    .select(['subject_id', 'cause'])
    .where('subject', '=', 'taxon')
    .where('resolved_at', 'is', null)
    .orderBy('id')
    .execute()
  return gathered(rows.map(row => ({ taxId: Number(row.subject_id), text: row.cause })))
}

/** Taxa that are to pay for something wanted; one that only shares it shows it once it is batched. */
async function taxaWithWanted(read: Reader): Promise<Set<number>> {
  const rows = await read
    .selectFrom('taxa as t')
    .select('t.tax_id')
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('deliveries as d')
          .select('d.id')
          .whereRef('d.charged_tax_id', '=', 't.tax_id')
          .where('d.state', '=', isWanted),
      ),
    )
    .execute()
  return new Set(rows.map(row => row.tax_id))
}

async function batchesOfTaxa(read: Reader): Promise<Map<number, Set<string>>> {
  const rows = await read
    .selectFrom('batches as b')
    .crossJoin('deliveries as d')
    .crossJoin('verdicts as v')
    .select(['v.tax_id', 'b.state'])
    .distinct()
    .where(
      'b.state',
      'in',
      ['queued', 'assigned', 'started', 'finished'].map(state => sql.lit(state as 'queued')),
    )
    .whereRef('d.batch_id', '=', 'b.id')
    .where('d.state', '=', isBatched)
    .whereRef('v.run_accession', '=', 'd.run_accession')
    // One that asks for more than is being made points at nothing until that is at home.
    .where(eb =>
      eb.or([
        eb('v.delivery_id', '=', eb.ref('d.id')),
        eb.and([eb('v.delivery_id', 'is', null), eb('v.verdict', '=', 'accepted')]),
      ]),
    )
    .execute()
  const found = new Map<number, Set<string>>()
  for (const row of rows) found.set(row.tax_id, (found.get(row.tax_id) ?? new Set()).add(row.state))
  return found
}

async function addressesOfTaxa(read: Reader): Promise<Map<number, string[]>> {
  const rows = await read
    .selectFrom('workers as w')
    .crossJoin('attempt_runs as ar')
    .crossJoin('verdicts as v')
    .select(['v.tax_id', 'w.address'])
    .distinct()
    .where('w.state', '<>', isDestroyed)
    .where('w.address', 'is not', null)
    .whereRef('ar.attempt_id', '=', 'w.attempt_id')
    .whereRef('v.run_accession', '=', 'ar.run_accession')
    .where('v.verdict', '=', 'accepted')
    .orderBy('w.requested_at')
    .orderBy('w.name')
    .execute()
  return gathered(rows.map(row => ({ taxId: row.tax_id, text: row.address ?? '' })))
}

async function failuresOfTaxa(read: Reader): Promise<Map<number, number>> {
  const rows = await read
    .selectFrom('deliveries as d')
    .crossJoin('verdicts as v')
    .select(['v.tax_id', eb => eb.fn.countAll<number>().as('count')])
    .where('d.state', '=', isFailed)
    .whereRef('v.run_accession', '=', 'd.run_accession')
    .whereRef('v.delivery_id', '=', 'd.id')
    .where('v.verdict', '=', 'accepted')
    .groupBy('v.tax_id')
    .execute()
  return new Map(rows.map(row => [row.tax_id, row.count]))
}

/** Taxa without a good check of which one has begun. */
async function begunTaxa(read: Reader): Promise<Set<number>> {
  const rows = await read
    .selectFrom('taxa as t')
    .select('t.tax_id')
    .where('t.last_checked', 'is', null)
    .where(eb => eb.exists(eb.selectFrom('checks as c').select('c.id').whereRef('c.tax_id', '=', 't.tax_id')))
    .execute()
  return new Set(rows.map(row => row.tax_id))
}

function gathered(rows: readonly { taxId: number; text: string }[]): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const { taxId, text } of rows) {
    const texts = found.get(taxId) ?? []
    if (!texts.includes(text)) texts.push(text)
    found.set(taxId, texts)
  }
  return found
}

/** The addresses of machines, not yet gone, that hold or held a run; by run. */
export async function addressesOfRuns(read: Reader): Promise<Map<string, string>> {
  const rows = await read
    .selectFrom('workers as w')
    .crossJoin('attempt_runs as ar')
    .select(['ar.run_accession', 'w.address'])
    .where('w.state', '<>', isDestroyed)
    .whereRef('ar.attempt_id', '=', 'w.attempt_id')
    .where('w.address', 'is not', null)
    .orderBy('w.requested_at')
    .execute()
  const found = new Map<string, string>()
  for (const row of rows) found.set(row.run_accession, [found.get(row.run_accession), row.address].filter(Boolean).join(';'))
  return found
}
