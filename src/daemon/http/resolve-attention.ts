import type { resolveAttention } from '../../api/attention.ts'
import type { ReplyTo } from '../../api/client.ts'
import { Problem } from '../../core/problem.ts'
import { openNeeds } from '../ledger/asked/attention-list.ts'
import type { Cause } from '../ledger/move-state.ts'
import { closeNeed, tryAgainAfter } from '../ledger/requested/resolve-need.ts'
import { retryPages, retryRunRows } from '../ledger/requested/retry-runs.ts'
import { lookAtSkipping, skipRunRows } from '../ledger/requested/skip-runs.ts'
import type { DoorParts } from './door-parts.ts'
import { readRuns } from './retry-asked.ts'
import type { Asked } from './route.ts'

type Request = Asked<typeof resolveAttention>
type Reply = ReplyTo<typeof resolveAttention>

/** A person has repaired, or decided, what needed them: closes it, and does what they chose. */
export async function resolveAsked({ body, person, now }: Request, parts: DoorParts): Promise<Reply> {
  const { ledger } = parts
  const needs = await openNeeds(ledger.read, body.subject)
  if (needs.length === 0) throw new Problem('not-found', nothingOpen(body.subject))
  const cause = { at: now, why: `resolved by ${body.how}`, byWhom: person }
  const done = await act(body, taxonOf(needs), { ...cause, why: `${body.how}: ${needs[0]?.cause ?? ''}` }, parts)
  if (!body.dryRun) {
    await ledger.write(async tx => {
      for (const need of needs) {
        if ((await closeNeed(tx, need, body.how, cause)) && body.how === 'retry') await tryAgainAfter(tx, need, cause)
      }
    })
    parts.wake()
  }
  return { resolved: needs, ...done }
}

const nothingDone = { retried: 0, skipped: [], lostRuns: [] }

async function act(
  body: Request['body'],
  taxId: number | null,
  cause: Cause,
  parts: DoorParts,
): Promise<Omit<Reply, 'resolved'>> {
  switch (body.how) {
    case 'dismiss':
      return nothingDone
    case 'retry':
      return { ...nothingDone, retried: taxId === null ? 0 : await retryFailed(taxId, body.dryRun, cause, parts) }
    case 'skip': {
      const runs = readRuns(body.runs)
      if (runs.length === 0) throw new Problem('bad-input', 'skip which runs?')
      const { ledger } = parts
      const { skipped, lostRuns, refused } = body.dryRun
        ? await lookAtSkipping(ledger.read, runs, taxId)
        : await skipRunRows(ledger, runs, taxId, cause)
      const [first] = refused
      if (first !== undefined && skipped.length === 0)
        throw new Problem('bad-input', `${first.runAccession} cannot be skipped: ${first.why}`)
      return { ...nothingDone, skipped, lostRuns }
    }
  }
}

function taxonOf(needs: readonly { subject: string; subjectId: string }[]): number | null {
  const taxon = needs.find(need => need.subject === 'taxon')
  return taxon === undefined ? null : Number(taxon.subjectId)
}

function nothingOpen(subject: Request['body']['subject']): string {
  return subject.kind === 'id'
    ? `nothing open has the number ${subject.id}; see "microfetch attention"`
    : `nothing is open about taxon ${subject.taxId}`
}

async function retryFailed(taxId: number, dryRun: boolean, cause: Cause, { ledger }: DoorParts): Promise<number> {
  let retried = 0
  for await (const page of retryPages(ledger.read, { kind: 'taxon', taxId })) {
    // A person's skip is not what needed attention: only "microfetch retry" takes it back.
    const failed = page.filter(run => run.failed.length > 0 && !run.isSkipped)
    if (!dryRun) await retryRunRows(ledger, failed, cause)
    retried += failed.length
  }
  return retried
}
