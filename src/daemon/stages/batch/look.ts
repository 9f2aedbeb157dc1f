import { isSoftCapReached } from '../../../core/budget.ts'
import { applyOverrides } from '../../../core/effective-settings.ts'
import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { newestOutcomes } from '../../ledger/attempt-runs.ts'
import { taxaInNeed } from '../../ledger/attention.ts'
import { closedBatchesWithDeliveries, openBatches, type BatchRow } from '../../ledger/batches.ts'
import { batchedCounts, batchedDeliveries } from '../../ledger/deliveries.ts'
import { triedBefore } from '../../ledger/queued-needs.ts'
import { readBudget } from '../../ledger/read-budget.ts'
import { shortBatches } from '../../ledger/shortages.ts'
import { allTaxa, overridesOf } from '../../ledger/taxa.ts'
import { activeTaxa, wantedDeliveries, type WantedDelivery } from '../../ledger/wanted-deliveries.ts'
import { liveWorkers } from '../../ledger/workers.ts'
import { roomOf, type Batched, type Seen, type TaxonSeen, type Wanted } from './plan.ts'

/** At most this many wishes are packed in one pass; the next pass takes the rest. */
const wantedAtMost = 5000

/** What `look` reads from. Whoever only wants to know what would be packed may have no provider at hand. */
export type LookedAt = Pick<Deps, 'ledger' | 'taxonDefaults'> &
  Partial<Pick<Deps, 'provider' | 'clock'>> & { recipes: ReadonlyMap<string, unknown>; spend?: Deps['spend'] | undefined }

/** Reads the batches that may close, the deliveries that may be packed, and what they are packed by. */
export async function look(deps: LookedAt): Promise<Seen> {
  const { read } = deps.ledger
  const rows = [...(await openBatches(read)), ...(await closedBatchesWithDeliveries(read))]
  const batches = []
  const tried = rows.filter(row => row.state === 'queued' && row.attempts_made > 0)
  const short = await shortBatches(
    read,
    tried.map(({ id }) => id),
  )
  for (const row of rows)
    batches.push({ ...toBatch(row), isShort: short.has(row.id), deliveries: await lookAtDeliveries(row, read) })
  const taxa = await lookAtTaxa(deps)
  const adopting = await isAdopting(read)
  const wanted = adopting ? [] : await withinSoftCap(await lookAtWanted(deps, taxa), deps)
  return {
    batches,
    wanted,
    taxa,
    recipes: new Set(deps.recipes.keys()),
    toldOfRecipe: await taxaInNeed(read, 'recipe-missing'),
    freeDiskBytes: wanted.length === 0 && short.size === 0 ? undefined : await deps.provider?.freeDiskBytes?.(),
    liveBytes: (await liveWorkers(read)).map(({ batch }) => batch.expected_bytes),
    adopting,
  }
}

/** So many more runs of a taxon may be worked on. */
export async function roomOfTaxa(deps: Pick<LookedAt, 'ledger' | 'taxonDefaults'>): Promise<(taxId: number) => number> {
  return roomIn(await lookAtTaxa(deps))
}

function roomIn(taxa: ReadonlyMap<number, TaxonSeen>): (taxId: number) => number {
  return taxId => {
    const taxon = taxa.get(taxId)
    return taxon === undefined ? 0 : roomOf(taxon)
  }
}

async function lookAtTaxa({
  ledger,
  taxonDefaults,
}: Pick<LookedAt, 'ledger' | 'taxonDefaults'>): Promise<Map<number, TaxonSeen>> {
  const counts = await batchedCounts(ledger.read)
  const rows = await allTaxa(ledger.read, { removed: false })
  return new Map(
    rows.map(row => {
      const { recipe, openRuns, batchRuns, batchBytes, keep } = applyOverrides(taxonDefaults, overridesOf(row))
      return [row.tax_id, { batched: counts.get(row.tax_id) ?? 0, recipe, openRuns, batchRuns, batchBytes, keep }]
    }),
  )
}

async function lookAtWanted({ ledger }: LookedAt, taxa: ReadonlyMap<number, TaxonSeen>): Promise<Wanted[]> {
  const active = await activeTaxa(ledger.read)
  return (await wantedDeliveries(ledger.read, active, roomIn(taxa), wantedAtMost)).map(toWanted)
}

/** Beyond the soft cap nothing new is begun: only what a machine has worked on before is packed again. */
async function withinSoftCap(wanted: Wanted[], { ledger, provider, spend, clock }: LookedAt): Promise<Wanted[]> {
  if (wanted.length === 0 || provider?.quote === undefined || spend?.monthSoftMicrodollars === undefined) return wanted
  if (clock === undefined || !isSoftCapReached(await readBudget(ledger.read, clock()), spend)) return wanted
  const tried = await triedBefore(
    ledger.read,
    wanted.map(({ id }) => id),
  )
  return wanted.filter(({ id }) => tried.has(id))
}

function toWanted(row: WantedDelivery): Wanted {
  return {
    id: row.id,
    recipe: row.recipe,
    bytes: row.bytes,
    bases: row.bases ?? undefined,
    alone: row.alone,
    memoryStep: row.memoryStep,
    chargedTaxId: row.chargedTaxId ?? undefined,
    activeTaxIds: row.activeTaxIds,
    taxIds: row.taxIds,
  }
}

function toBatch(row: BatchRow) {
  const { id, state, recipe } = row
  return { id, state, recipe, memoryGb: row.memory_gb, chargedTaxId: row.charged_tax_id, bytes: row.expected_bytes }
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
      unwanted: delivery.is_unwanted,
      outcome: word?.outcome ?? 'none',
      proved: word !== undefined && word.receipt_id !== null,
      reason: word?.reason ?? '',
      detail: word?.detail ?? '',
      cure: word?.cure ?? 'retry',
    }
  })
}
