import type { Deps } from '../../deps.ts'
import { collectables, removables } from '../../ledger/attempt-runs.ts'
import { installationCauses } from '../../ledger/attention.ts'
import type { Seen } from './plan.ts'

/** At most this many runs are brought home in one pass, so that the other stages come to their turn. */
const atMost = 20

/** Reads what was announced, what may be removed, and the space of the library. */
export async function look({ ledger, collector, clock }: Deps): Promise<Seen> {
  const announced = await collectables(ledger.read, clock(), atMost)
  const fullKnown = (await installationCauses(ledger.read)).includes('library-full')
  return {
    announced: announced.map(run => ({ ...run, manifestSha256: run.manifestSha256 ?? undefined })),
    removable: await removables(ledger.read, 500),
    freeBytes: announced.length > 0 || fullKnown ? await collector.freeBytes() : undefined,
    fullKnown,
  }
}
