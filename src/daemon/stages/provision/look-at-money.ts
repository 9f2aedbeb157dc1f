import { renewalFor, reserveFor } from '../../../core/budget.ts'
import { partsPerMicrodollar, toMicrodollars } from '../../../core/cost.ts'
import { diskPerByte } from '../../../core/packing.ts'
import { describeError, Problem } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { exhaustedReserves, type ExhaustedReserve } from '../../ledger/exhausted-reserves.ts'
import { queuedNeeds, type QueuedNeed } from '../../ledger/queued-needs.ts'
import { readBudget } from '../../ledger/read-budget.ts'
import { settingsOfTaxa } from '../../ledger/taxon-settings.ts'
import type { LiveWorker } from '../../ledger/workers.ts'
import type { MachineNeed, Quoted } from '../../providers/provider.ts'
import { inOrder, pricedAtMost, type Exhausted, type Money, type Offered, type Priced, type Queued } from './plan.ts'

/** What the head of the queue would cost, what is spent, and what is used up; undefined where machines cost nothing. */
export async function lookAtMoney(
  deps: Deps,
  queued: readonly Queued[],
  live: readonly LiveWorker[],
): Promise<Money | undefined> {
  const { ledger, provider, spend, clock } = deps
  if (provider.quote === undefined) return undefined
  const now = clock()
  const head = inOrder(queued).slice(0, pricedAtMost)
  const needs = await queuedNeeds(
    ledger.read,
    head.map(batch => batch.batchId),
  )
  return {
    spend,
    budget: await readBudget(ledger.read, now),
    taxonCaps: await taxonCapsOf(deps, [...new Set([...needs.values()].map(need => need.chargedTaxId))]),
    priced: await priceAll([...needs.values()], deps),
    exhausted: (await exhaustedReserves(ledger.read, now)).map(one => toExhausted(one, live, deps)),
  }
}

async function taxonCapsOf({ ledger, taxonDefaults, spend }: Deps, taxIds: number[]): Promise<Map<number, number | undefined>> {
  const settings = await settingsOfTaxa(ledger.read, taxIds, taxonDefaults)
  return new Map(
    taxIds.map(taxId => {
      const dollars = settings.get(taxId)?.spendDollars ?? taxonDefaults.spendDollars
      return [taxId, dollars === 0 ? spend.taxonMicrodollars : dollars * 1_000_000]
    }),
  )
}

async function priceAll(needs: readonly QueuedNeed[], deps: Deps): Promise<Map<string, Priced>> {
  const asked = new Map<string, Offered>()
  const priced = new Map<string, Priced>()
  for (const { batchId, batchName, chargedTaxId: taxId, memoryGb, expectedBytes, isNew } of needs) {
    const need = { memoryGb, diskBytes: expectedBytes * diskPerByte }
    const key = JSON.stringify(need)
    const offered = asked.get(key) ?? (await priceOne(need, deps))
    asked.set(key, offered)
    priced.set(batchId, { batchName, taxId, isNew, offered })
  }
  return priced
}

// A provider that cannot be asked now is asked again in the next pass; what else is to be done goes on.
async function priceOne(need: MachineNeed, { provider, policy, spend, log }: Deps): Promise<Offered> {
  let quoted: Quoted | undefined
  try {
    quoted = await provider.quote?.(need)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const why = describeError(error)
    log.warn('the provider told no price', { why })
    return { kind: 'unknown', why }
  }
  if (quoted === undefined) return { kind: 'unknown', why: 'it has no prices' }
  if (quoted.kind === 'none') return { kind: 'none', why: quoted.why }
  return { kind: 'offered', offer: quoted.quote, reserve: reserveFor(quoted.quote.price, policy, spend) }
}

function toExhausted(one: ExhaustedReserve, live: readonly LiveWorker[], { spend }: Deps): Exhausted {
  const { attemptId, workerName, taxId, price, reservedMicrodollars, charged } = one
  // Where nothing was set aside, or not looked at for long, what was charged meanwhile is made good as well.
  const missing = Math.max(0, toMicrodollars(charged - reservedMicrodollars * partsPerMicrodollar))
  return {
    ...{ attemptId, workerName, taxId, price, reservedMicrodollars },
    microdollars: missing + renewalFor(price, spend),
    unproved: live.find(({ attempt }) => attempt.id === attemptId)?.unproved ?? 0,
  }
}
