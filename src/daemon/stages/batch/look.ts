import type { Deps } from '../../deps.ts'
import { newestOutcomes } from '../../ledger/attempt-runs.ts'
import { closedBatchesWithDeliveries, openBatches, type BatchRow } from '../../ledger/batches.ts'
import { batchedCounts, batchedDeliveries, wantedDeliveries } from '../../ledger/deliveries.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { settingsOfTaxa } from '../../ledger/taxon-settings.ts'
import type { Batched, Seen } from './plan.ts'

/** At most this many wishes are packed in one pass; the next pass takes the rest. */
const wantedAtMost = 5000

/** Reads the batches that may close and the deliveries that may be packed. */
export async function look({ ledger, taxonDefaults }: Pick<Deps, 'ledger' | 'taxonDefaults'>): Promise<Seen> {
  const { read } = ledger
  const rows = [...(await openBatches(read)), ...(await closedBatchesWithDeliveries(read))]
  const batches = []
  for (const row of rows) batches.push({ ...toBatch(row), deliveries: await lookAtDeliveries(row, read) })
  const wanted = (await wantedDeliveries(read, wantedAtMost)).map(row => ({
    id: row.id,
    recipe: row.recipe,
    bytes: row.bytes,
    bases: row.bases ?? undefined,
    alone: row.alone,
    memoryStep: row.memoryStep,
    chargedTaxId: row.chargedTaxId ?? undefined,
    activeTaxIds: row.activeTaxIds,
  }))
  const counts = wanted.length === 0 ? new Map<number, number>() : await batchedCounts(read)
  const settings = await settingsOfTaxa(read, [...new Set(wanted.flatMap(one => one.activeTaxIds))], taxonDefaults)
  const taxa = new Map(
    [...settings].map(([taxId, taxon]) => {
      const { openRuns, batchRuns, batchBytes, keep } = taxon
      return [taxId, { batched: counts.get(taxId) ?? 0, openRuns, batchRuns, batchBytes, keep }]
    }),
  )
  return { batches, wanted, taxa, adopting: await isAdopting(read) }
}

function toBatch(row: BatchRow) {
  return { id: row.id, state: row.state, memoryGb: row.memory_gb, chargedTaxId: row.charged_tax_id }
}

async function lookAtDeliveries(batch: BatchRow, read: Deps['ledger']['read']): Promise<Batched[]> {
  const outcomes = await newestOutcomes(read, batch.id)
  return (await batchedDeliveries(read, batch.id)).map(delivery => {
    const word = outcomes.get(delivery.id)
    return {
      id: delivery.id,
      runAccession: delivery.run_accession,
      strikes: delivery.strikes,
      alone: delivery.alone === 1,
      memoryStep: delivery.memory_step,
      superseded: delivery.run_revision !== delivery.revision,
      outcome: word?.outcome ?? 'none',
      proved: word !== undefined && word.receipt_id !== null,
      reason: word?.reason ?? '',
      detail: word?.detail ?? '',
      cure: word?.cure ?? 'retry',
    }
  })
}
