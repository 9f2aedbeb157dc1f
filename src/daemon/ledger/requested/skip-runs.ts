import type { RunAccession } from '../../../core/accession.ts'
import type { KnownDelivery } from '../../../core/owing.ts'
import { writeEvent } from '../events.ts'
import type { Ledger, Reader, Tx } from '../ledger.ts'
import type { Cause } from '../move-state.ts'
import { deliveriesOfRuns } from '../owed.ts'
import { setSkip } from '../verdicts.ts'

/** What skipping does, before it is done. */
export interface Skipping {
  skipped: RunAccession[]
  /** Of those, in a batch now: what is unproved of them is lost. */
  lostRuns: RunAccession[]
  refused: { runAccession: string; why: string }[]
}

/** Looks at what skipping these runs would mean, for one taxon or for all that saw them. */
export async function lookAtSkipping(read: Reader, runs: readonly RunAccession[], taxId: number | null): Promise<Skipping> {
  const skipping: Skipping = { skipped: [], lostRuns: [], refused: [] }
  for (const run of runs) {
    const verdicts = await verdictsOn(read, run)
    const skipped = verdicts.filter(row => taxId === null || row.tax_id === taxId)
    const deliveries = (await deliveriesOfRuns(read, [run])).get(run) ?? []
    const states = skipped.map(row => deliveries.find(({ id }) => id === row.delivery_id)?.state)
    if (skipped.length === 0)
      skipping.refused.push({
        runAccession: run,
        why: taxId === null ? 'it was never seen' : `it was never seen for taxon ${taxId}`,
      })
    else if (states.every(state => state === 'delivered' || state === 'held'))
      skipping.refused.push({ runAccession: run, why: 'it is delivered already' })
    else {
      skipping.skipped.push(run)
      const others = verdicts.filter(row => !skipped.includes(row))
      if (deliveries.some(one => isLost(one, skipped, others, deliveries))) skipping.lostRuns.push(run)
    }
  }
  return skipping
}

type SeenVerdict = Awaited<ReturnType<typeof verdictsOn>>[number]

function verdictsOn(read: Reader, run: RunAccession) {
  return read
    .selectFrom('verdicts as v')
    .leftJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(['v.tax_id', 'v.verdict', 'v.skip', 'v.delivery_id', 't.state'])
    .where('v.run_accession', '=', run)
    .execute()
}

/**
 * Whether owing drops it for these skips: a taxon points at it, or has let go of it and pays for it still, or waits until it is out of the
 * way of what it asks for. Rather one too many is told than one too few.
 */
function isLost(
  { id, state, recipe, chargedTaxId }: KnownDelivery,
  skipped: readonly SeenVerdict[],
  others: readonly SeenVerdict[],
  deliveries: readonly KnownDelivery[],
): boolean {
  if (state !== 'batched') return false
  if (skipped.some(row => row.delivery_id === id)) return true
  const isKept = (row: SeenVerdict) =>
    row.delivery_id === id && row.skip === null && row.state === 'tracked' && row.verdict === 'accepted'
  const recipeOf = (pointer: string | null) => deliveries.find(one => one.id === pointer)?.recipe
  const isBehind = (row: SeenVerdict) =>
    row.tax_id === chargedTaxId || row.delivery_id === null || recipeOf(row.delivery_id) === recipe
  return skipped.some(isBehind) && !others.some(isKept)
}

/** Writes a person's skip on the verdicts and has them judged anew: the next pass drops what is owed of them. */
export async function skipRunRows(
  ledger: Ledger,
  runs: readonly RunAccession[],
  taxId: number | null,
  cause: Cause,
): Promise<Skipping> {
  const skipping = await lookAtSkipping(ledger.read, runs, taxId)
  await ledger.write(async tx => {
    for (const run of skipping.skipped) await skipOne(tx, run, taxId, cause)
  })
  return skipping
}

async function skipOne(tx: Tx, run: RunAccession, taxId: number | null, cause: Cause): Promise<void> {
  await setSkip(tx, run, cause.why, taxId === null ? undefined : [taxId])
  await writeEvent(tx, { subject: 'run', subjectId: run, event: 'skip' }, { ...cause, taxId })
}
