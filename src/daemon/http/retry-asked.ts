import type { ReplyTo } from '../../api/client.ts'
import type { retryRuns } from '../../api/runs.ts'
import { readRunAccession, type RunAccession } from '../../core/accession.ts'
import { Problem } from '../../core/problem.ts'
import { forecastSeconds } from '../../core/forecast.ts'
import { hoursFor, workRate } from '../ledger/asked/work-rate.ts'
import { priceWork, usualWork } from './price-work.ts'
import { redoPages, redoRuns, type WhichRedo } from '../ledger/requested/redo-runs.ts'
import { retryPages, retryRunRows, whyNotRetried } from '../ledger/requested/retry-runs.ts'
import { trackedTaxon } from '../ledger/requested/tracked-taxon.ts'
import { settingsOfTaxa } from '../ledger/taxon-settings.ts'
import type { DoorParts } from './door-parts.ts'
import { recipeNow } from './require-recipe.ts'
import type { Asked } from './route.ts'

type Request = Asked<typeof retryRuns>
type Reply = ReplyTo<typeof retryRuns>

/** Run accessions of a request; a wrong one is a `bad-input`. */
export function readRuns(given: readonly string[]): RunAccession[] {
  return given.map(text => {
    const run = readRunAccession(text)
    if (run === undefined) throw new Problem('bad-input', `"${text.slice(0, 40)}" is not a run accession`)
    return run
  })
}

/** Owes runs again: what failed or was skipped, or what is delivered and is to be made anew. */
export async function retryAsked({ body, person, now }: Request, parts: DoorParts): Promise<Reply> {
  const runs = readRuns(body.runs)
  if (runs.length > 0 === (body.taxId !== null)) throw new Problem('bad-input', 'name runs, or one taxon')
  if (body.taxId !== null) await trackedTaxon(parts.ledger.read, body.taxId)
  const how = {
    runs,
    taxId: body.taxId,
    dryRun: body.dryRun,
    cause: { at: now, why: 'a person asked for a retry', byWhom: person },
  }
  const retried = body.which === 'failed' ? await retryFailed(how, parts) : await redoDelivered(how, parts)
  if (!body.dryRun) parts.wake()
  const named = new Set(retried.map(run => run.runAccession))
  const refused = []
  for (const run of runs) if (!named.has(run)) refused.push({ runAccession: run, why: await whyNot(run, body.which, parts) })
  const rate = await workRate(parts.ledger.read)
  const bytes = retried.reduce((sum, run) => sum + run.bytes, 0)
  // Nothing but bytes is known of them here, and they are about as many as bases.
  const work = { runs: named.size, bases: bytes }
  const machines = usualWork({ runs: named.size, bytes }, forecastSeconds(work, rate.rate), parts)
  const priced = await priceWork(machines === undefined ? [] : [machines], parts)
  return {
    retried: named.size,
    runs: [...named].slice(0, mostNamed),
    bytes,
    hours: hoursFor(work, rate, parts.policy.maxWorkers),
    hoursFrom: rate.from,
    microdollars: priced.microdollars,
    priceUnknown: priced.why,
    refused,
  }
}

const mostNamed = 1000

interface How {
  runs: readonly RunAccession[]
  taxId: number | null
  dryRun: boolean
  cause: { at: Date; why: string; byWhom: string }
}

type Retried = { runAccession: RunAccession; bytes: number }[]

async function retryFailed({ runs, taxId, dryRun, cause }: How, { ledger }: DoorParts): Promise<Retried> {
  const which = taxId === null ? ({ kind: 'runs', runs } as const) : ({ kind: 'taxon', taxId } as const)
  const retried: Retried = []
  for await (const page of retryPages(ledger.read, which)) {
    if (!dryRun) await retryRunRows(ledger, page, cause)
    retried.push(...page)
  }
  return retried
}

async function redoDelivered({ runs, taxId, dryRun, cause }: How, parts: DoorParts): Promise<Retried> {
  const { ledger, taxonDefaults, newId } = parts
  const which: WhichRedo =
    taxId === null ? { kind: 'runs', runs } : { kind: 'taxon', taxId, now: await recipeOfTaxon(taxId, parts) }
  const retried: Retried = []
  for await (const page of redoPages(ledger.read, which)) {
    if (!dryRun) {
      const settings = await settingsOfTaxa(ledger.read, [...new Set(page.map(run => run.taxId))], taxonDefaults)
      await redoRuns(ledger, page, new Map([...settings].map(([id, taxon]) => [id, taxon.recipe])), newId, cause)
    }
    retried.push(...page)
  }
  return retried
}

async function recipeOfTaxon(taxId: number, parts: DoorParts) {
  const settings = await settingsOfTaxa(parts.ledger.read, [taxId], parts.taxonDefaults)
  return recipeNow(settings.get(taxId) ?? parts.taxonDefaults, parts)
}

async function whyNot(run: RunAccession, which: 'failed' | 'delivered', { ledger }: DoorParts): Promise<string> {
  return which === 'failed' ? whyNotRetried(ledger.read, run) : 'it is not delivered, or no tracked taxon accepts it any more'
}
