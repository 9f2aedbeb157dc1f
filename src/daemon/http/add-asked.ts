import type { ReplyTo } from '../../api/client.ts'
import type { AddedTaxon, addTaxa } from '../../api/taxa.ts'
import { readSetOrder, type SetOrder } from '../../core/effective-settings.ts'
import { sayReach } from '../../core/say-reach.ts'
import type { Reach } from '../../core/taxon.ts'
import { hoursFor, workRate, type WorkRate } from '../ledger/asked/work-rate.ts'
import { changeTaxon } from '../ledger/change-taxon.ts'
import type { Cause } from '../ledger/move-state.ts'
import { trackTaxon } from '../ledger/taxa.ts'
import type { DoorParts } from './door-parts.ts'
import { requireRecipe } from './require-recipe.ts'
import { isHuman, overlapsOf, resolveAsked, type Resolved } from './resolve-asked.ts'
import type { Asked } from './route.ts'

type Request = Asked<typeof addTaxa>
type Reply = ReplyTo<typeof addTaxa>

/** Looks up what a person wants to track, says what it means, and (unless it is a dry run) tracks it. */
export async function addAsked({ body, person, now }: Request, parts: DoorParts): Promise<Reply> {
  const order = readSetOrder(body.settings)
  requireRecipe(order.set['recipe'], parts)
  const rate = await workRate(parts.ledger.read)
  const resolved = await resolveAsked(body.asked, parts.archive, parts.ledger.read, body.force)
  const taxa: AddedTaxon[] = []
  for (const one of resolved) taxa.push(await describe(one, { body, now, rate }, parts))
  if (!body.dryRun) {
    const cause = { at: now, why: 'asked for', byWhom: person }
    for (const [place, one] of resolved.entries()) {
      const shown = taxa[place]
      if (shown !== undefined && isToAdd(one)) await addOne(one, order, { body, cause }, parts)
    }
    parts.wake()
  }
  return { taxa, hoursFrom: rate.from }
}

function isToAdd({ outcome }: Resolved): boolean {
  return outcome === 'new' || outcome === 'revived' || outcome === 'merged'
}

async function addOne(
  one: Resolved,
  order: SetOrder,
  { body, cause }: { body: Request['body']; cause: Cause },
  parts: DoorParts,
): Promise<void> {
  const { taxon } = one
  if (taxon === undefined) return
  const { taxId, resolvedTaxId, scientificName, rank } = taxon
  const settings = isHuman(taxon) ? { ...order.set, 'filters.human': 'true' } : order.set
  const reach = reachOf(body) ?? (one.outcome === 'revived' ? undefined : onlyNew(cause.at))
  const toTrack = {
    taxId,
    resolvedTaxId,
    scientificName,
    rank,
    scope: body.scope,
    reach,
    settings,
    priority: order.priority ?? 0,
  }
  await parts.ledger.write(async tx => {
    const outcome = await trackTaxon(tx, toTrack, cause)
    // A revived taxon keeps its priority unless another one is asked for.
    if (outcome === 'revived' && order.priority !== undefined)
      await changeTaxon(tx, taxId, { ...order, set: {}, unset: [] }, cause)
  })
}

/** The reach of a taxon that nobody asked the past of. */
function onlyNew(now: Date): Reach {
  return { kind: 'from', firstPublicOn: now.toISOString().slice(0, 10) }
}

function reachOf({ reach }: Request['body']): Reach | undefined {
  if (reach === null) return undefined
  return reach.kind === 'max-runs' ? { ...reach, from: undefined } : reach
}

interface Around {
  body: Request['body']
  now: Date
  rate: WorkRate
}

async function describe(one: Resolved, around: Around, parts: DoorParts): Promise<AddedTaxon> {
  const { taxon } = one
  const known = whatIsKnown(one)
  if (taxon === undefined || !isToAdd(one)) return { ...known, ...unmeasured }
  const { body } = around
  const keepsReach = one.outcome === 'revived' && body.reach === null
  return {
    ...known,
    ...(await measure(taxon.resolvedTaxId, around, parts)),
    reach: keepsReach ? 'as before' : sayReach(reachOf(body) ?? onlyNew(around.now)),
    overlaps: await overlapsOf(taxon, body.scope === 'subtree', parts.archive, parts.ledger.read),
  }
}

function whatIsKnown({ asked, outcome, taxon, candidates }: Resolved) {
  if (taxon === undefined) return { asked, outcome, taxId: null, resolvedTaxId: null, scientificName: '', rank: '', candidates }
  const { taxId, resolvedTaxId, scientificName, rank } = taxon
  return { asked, outcome, taxId, resolvedTaxId, scientificName, rank, candidates }
}

const unmeasured = { archiveRuns: null, archiveBases: null, runsWithinReach: null, hours: null, reach: '', overlaps: [] }

// Amounts are for people to decide by: a fault of the archive must not keep them from adding.
async function measure(
  taxId: number,
  around: Around,
  parts: DoorParts,
): Promise<Pick<AddedTaxon, 'archiveRuns' | 'archiveBases' | 'runsWithinReach' | 'hours'>> {
  const { body, rate } = around
  const amount = await parts.archive.amountOf(taxId, body.scope).catch(() => undefined)
  if (amount === undefined) return unmeasured
  const runsWithinReach = await withinReach(taxId, amount.runs, body, parts)
  return {
    archiveRuns: amount.runs,
    archiveBases: amount.bases ?? null,
    runsWithinReach,
    hours: runsWithinReach === null ? null : hoursFor(runsWithinReach, rate, parts.policy.maxWorkers),
  }
}

async function withinReach(
  taxId: number,
  runs: number,
  { reach, scope }: Request['body'],
  { archive }: DoorParts,
): Promise<number | null> {
  switch (reach?.kind) {
    case undefined:
      return 0
    case 'all':
      return runs
    case 'max-runs':
      return Math.min(reach.runs, runs)
    case 'from': {
      const since = await archive.countOf({ taxId, scope, since: reach.firstPublicOn }).catch(() => undefined)
      return since === undefined ? null : Math.min(since.count, runs)
    }
  }
}
