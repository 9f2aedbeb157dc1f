import type { ReplyTo } from '../../api/client.ts'
import type { AddedTaxon, addTaxa, ImportedTaxon, importTaxa } from '../../api/taxa.ts'
import { readSetOrder, type SetOrder } from '../../core/effective-settings.ts'
import { sayReach } from '../../core/say-reach.ts'
import type { Reach } from '../../core/taxon.ts'
import { forecastSeconds } from '../../core/forecast.ts'
import { hoursFor, workRate, type WorkRate } from '../ledger/asked/work-rate.ts'
import { priceWork, usualWork } from './price-work.ts'
import { openAttention } from '../ledger/attention.ts'
import { changeTaxon } from '../ledger/change-taxon.ts'
import type { Tx } from '../ledger/ledger.ts'
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
    const cause = { at: now, why: '', byWhom: person }
    for (const [place, one] of resolved.entries()) {
      const shown = taxa[place]
      if (shown !== undefined && isToAdd(one)) await addOne(one, order, { body, cause }, parts)
    }
    parts.wake()
  }
  return { taxa, hoursFrom: rate.from }
}

/** Takes over taxa of an existing `microfetch.csv`: each with its priority, and reaching back to its last check. */
export async function importAsked(asked: Asked<typeof importTaxa>, parts: DoorParts): Promise<ReplyTo<typeof importTaxa>> {
  const { body, now, person } = asked
  const reply: Reply = { taxa: [], hoursFrom: '' }
  for (const row of body.taxa) {
    const reach = row.lastCheckedOn === null ? body.reach : { kind: 'from' as const, firstPublicOn: row.lastCheckedOn }
    const settings: Record<string, string> = row.priority === 0 ? {} : { priority: String(row.priority) }
    const one = { asked: [String(row.taxId)], scope: 'subtree' as const, reach, settings, force: false, dryRun: body.dryRun }
    const { taxa, hoursFrom } = await addAsked({ ...asked, params: {}, body: one }, parts)
    reply.taxa.push(...taxa)
    reply.hoursFrom = hoursFrom
    const [taxon] = taxa
    if (!body.dryRun && taxon !== undefined && taxon.taxId !== null) {
      const { outcome, taxId } = taxon
      if (outcome === 'new' || outcome === 'merged') await parts.ledger.write(tx => carryOver(tx, taxId, row, now, person))
    }
  }
  return reply
}

/** What the file says of a taxon that a person must look at goes on needing one here. */
async function carryOver(tx: Tx, taxId: number, row: ImportedTaxon, at: Date, byWhom: string): Promise<void> {
  if (row.warning !== '') await tx.updateTable('taxa').set({ warning: row.warning }).where('tax_id', '=', taxId).execute()
  if (row.needsAttention === '') return
  const need = {
    subject: 'taxon' as const,
    subjectId: String(taxId),
    cause: 'imported',
    evidence: row.needsAttention,
    tried: 'nothing: it stood so in microfetch.csv',
  }
  await openAttention(tx, need, at, byWhom)
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
    const why = reach === undefined ? 'with the reach it had' : `with reach: ${sayReach(reach)}`
    const outcome = await trackTaxon(tx, toTrack, { ...cause, why })
    // A revived taxon keeps its priority unless another one is asked for.
    if (outcome === 'revived' && order.priority !== undefined)
      await changeTaxon(tx, taxId, { ...order, set: {}, unset: [] }, { ...cause, why: `priority: ${order.priority}` })
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

const unmeasured = {
  ...{ archiveRuns: null, archiveBases: null, runsWithinReach: null, hours: null, microdollars: null },
  ...{ reach: '', overlaps: [] },
}

// Amounts are for people to decide by: a fault of the archive must not keep them from adding.
async function measure(
  taxId: number,
  around: Around,
  parts: DoorParts,
): Promise<Pick<AddedTaxon, 'archiveRuns' | 'archiveBases' | 'runsWithinReach' | 'hours' | 'microdollars'>> {
  const { body, rate } = around
  const amount = await parts.archive.amountOf(taxId, body.scope).catch(() => undefined)
  if (amount === undefined) return unmeasured
  const runsWithinReach = await withinReach(taxId, amount.runs, body, parts)
  return {
    archiveRuns: amount.runs,
    archiveBases: amount.bases ?? null,
    runsWithinReach,
    ...(await forecastOf(runsWithinReach, amount, rate, parts)),
  }
}

async function forecastOf(
  runs: number | null,
  amount: Amount,
  rate: WorkRate,
  parts: DoorParts,
): Promise<Pick<AddedTaxon, 'hours' | 'microdollars'>> {
  if (runs === null) return { hours: null, microdollars: null }
  const work = workIn(runs, amount)
  // Compressed reads take about half a byte for each base.
  const machines = usualWork({ runs, bytes: Math.ceil(work.bases / 2) }, forecastSeconds(work, rate.rate), parts)
  const { microdollars } = await priceWork(machines === undefined ? [] : [machines], parts)
  return { hours: hoursFor(work, rate, parts.policy.maxWorkers), microdollars }
}

interface Amount {
  runs: number
  bases: number | undefined
}

/** The runs within reach are taken to be as large as all of them on the whole. */
function workIn(runs: number, amount: Amount): { runs: number; bases: number } {
  return { runs, bases: amount.runs === 0 ? 0 : ((amount.bases ?? 0) / amount.runs) * runs }
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
