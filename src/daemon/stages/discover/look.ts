import type { Deps } from '../../deps.ts'
import { taxaInAttention } from '../../ledger/attention.ts'
import { taxaDue } from '../../ledger/checks.ts'
import { missedRuns } from '../../ledger/missed-runs.ts'
import { waitingRunsDue } from '../../ledger/runs.ts'
import type { Seen } from './plan.ts'

/** One pass asks for no more runs by accession than this. */
const atMost = 100

/** Reads what is due, of taxa that no person must look at first. */
export async function look({ ledger, clock }: Deps): Promise<Seen> {
  const { read } = ledger
  const now = clock()
  const heldBack = await taxaInAttention(read)
  return {
    taxa: await taxaDue(read, now, heldBack),
    missed: await missedRuns(read, heldBack, atMost),
    waiting: await waitingRunsDue(read, now, heldBack, atMost),
  }
}
