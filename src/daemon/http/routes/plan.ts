import { showPlan, type WorkPlan } from '../../../api/plan.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { checksAhead, taxonNames, unjudgedAhead, wantedAhead, wantedByTaxon } from '../../ledger/asked/work-ahead.ts'
import { runCountsOf } from '../../ledger/asked/run-counts.ts'
import { forecastMisses, hoursRange, workRate, type WorkRate } from '../../ledger/asked/work-rate.ts'
import { openBatches } from '../../ledger/batches.ts'
import { knownTaxon } from '../../ledger/requested/tracked-taxon.ts'
import { isHeld, liveWorkers } from '../../ledger/workers.ts'
import { look } from '../../stages/batch/look.ts'
import { look as lookAtVerdicts } from '../../stages/filter/look.ts'
import { plan, type Action } from '../../stages/batch/plan.ts'
import { forecastSeconds, sumOf } from '../../../core/forecast.ts'
import { diskPerByte } from '../../../core/packing.ts'
import type { DoorParts } from '../door-parts.ts'
import { priceWork, type MachineWork } from '../price-work.ts'
import { route, type Route } from '../route.ts'

const mostBatches = 500

/** What the next passes would do: the batch stage's own look and plan, with nothing applied. */
export const planRoutes: readonly Route[] = [
  route(showPlan, async ({ query, now }, parts) => {
    const { read } = parts.ledger
    const { policy } = parts
    if (query.taxon !== undefined) await knownTaxon(read, query.taxon)
    const rate = await workRate(read)
    const takes = await takesAhead(parts, query.taxon)
    const works = await worksOf(takes, parts)
    const priced = await priceWork(works, parts)
    const byTaxon = await wantedByTaxon(read, query.taxon)
    const wanted = await wantedAhead(read, query.taxon)
    const hours = hoursRange(wanted, rate, policy.maxWorkers)
    const alive = (await liveWorkers(read)).length
    const names = await taxonNames(read, [...new Set(takes.map(take => take.chargedTaxId))])
    return {
      checks: await checksAhead(read, query.taxon, now, policy.fullCheckDays),
      unjudged: await unjudgedAhead(read, query.taxon),
      rejudged: await rejudgedAhead(parts, query.taxon),
      wanted,
      heldBack: byTaxon.filter(taxon => taxon.why !== ''),
      batches: takes.slice(0, mostBatches).map((take, place) => ({
        taxId: take.chargedTaxId,
        scientificName: names.get(take.chargedTaxId) ?? '',
        recipe: take.recipe,
        runs: take.deliveries.length,
        bytes: bytesOf(take),
        memoryGb: take.memoryGb,
        hours: (works[place]?.seconds.likely ?? 0) / 3600,
        microdollars: priced.each[place] ?? null,
      })),
      batchCount: takes.length,
      packedRuns: takes.reduce((sum, take) => sum + take.deliveries.length, 0),
      openBatches: (await openBatches(read)).length,
      workers: { alive, allowed: policy.maxWorkers },
      hours: hours.likely,
      hoursRange: hours,
      microdollars: priced.microdollars,
      priceUnknown: priced.why,
      misses: await forecastMisses(read),
      hoursFrom: rate.from,
      stops: await stopsNow(parts),
    } satisfies WorkPlan
  }),
]

type Take = Extract<Action, { kind: 'take' }>

async function takesAhead(parts: DoorParts, taxId: number | undefined): Promise<Take[]> {
  const seen = await look(parts)
  const wanted = taxId === undefined ? seen.wanted : seen.wanted.filter(delivery => delivery.activeTaxIds.includes(taxId))
  return plan({ ...seen, batches: [], wanted }, parts.policy).filter(action => action.kind === 'take')
}

/** The machine that each batch would have, and how long; by what was learnt of its recipe. */
async function worksOf(takes: readonly Take[], { ledger }: DoorParts): Promise<MachineWork[]> {
  const rates = new Map<string, WorkRate>()
  for (const { recipe } of takes) if (!rates.has(recipe)) rates.set(recipe, await workRate(ledger.read, recipe))
  return takes.map(take => {
    const rate = rates.get(take.recipe)?.rate
    const work = {
      runs: take.deliveries.length,
      bases: take.deliveries.reduce((sum, { bases, bytes }) => sum + (bases ?? bytes), 0),
    }
    return {
      need: { memoryGb: take.memoryGb, diskBytes: bytesOf(take) * diskPerByte },
      machines: 1,
      seconds: rate === undefined ? sumOf([]) : forecastSeconds(work, rate),
    }
  })
}

function bytesOf(take: Take): number {
  return take.deliveries.reduce((sum, delivery) => sum + delivery.bytes, 0)
}

/** As the filter stage sees it: taxa whose standing has changed since their runs were gone through. */
async function rejudgedAhead(parts: DoorParts, taxId: number | undefined): Promise<number> {
  const { taxa } = await lookAtVerdicts(parts)
  const outdated = taxa.filter(taxon => taxon.isOutdated && (taxId === undefined || taxon.taxId === taxId))
  let runs = 0
  for (const taxon of outdated) runs += (await runCountsOf(parts.ledger.read, taxon.taxId)).total
  return runs
}

async function stopsNow({ ledger, policy }: DoorParts): Promise<string[]> {
  const { read } = ledger
  const stops: string[] = []
  if (await isAdopting(read)) stops.push('The ledger was restored: nothing is batched until its machines are adopted.')
  for (const cause of await installationCauses(read))
    stops.push(`The installation needs attention (${cause}): see "microfetch attention".`)
  const held = (await liveWorkers(read)).filter(isHeld).length
  if (held >= policy.maxHeld)
    stops.push(`${held} workers hold results that are not at home yet (policy.max_held): none is created until they are.`)
  return stops
}
