import { isAdopting } from './adopting.ts'
import { collectables, type Collectable } from './attempt-runs.ts'
import { installationCauses } from './attention.ts'
import { readInstallation } from './installation.ts'
import type { Reader, Tx } from './ledger.ts'
import { taxaOfDelivery } from './receipts.ts'

/*
 * Collectors on hosts of their own: who they are, and which attempts they have taken. What they report lies in `collection-facts.ts`
 * until a stage acts on it.
 */

/** How long a claim on an attempt is believed after the collector was last heard, in seconds. */
export const claimSeconds = 900

/** How a collector says that it stands. */
export interface CollectorStanding {
  collector: string
  libraryId: string
  version: string
  freeBytes: number
  /** Attempts that it works on. */
  holds: readonly string[]
}

/** What a collector is told when it says how it stands. */
export interface HeardStanding {
  epoch: number
  wantsStored: boolean
  /** Attempts that it named and that are another's by now. */
  lost: string[]
}

/**
 * Writes down how a collector stands, renews its claims on what it holds and frees the rest. `namesake`: another library goes by
 * this name and was heard within the time of a claim.
 */
export async function hearStanding(tx: Tx, standing: CollectorStanding, at: Date): Promise<HeardStanding | 'namesake'> {
  const { collector: name, libraryId } = standing
  const before = await tx.selectFrom('collectors').selectAll().where('name', '=', name).executeTakeFirst()
  const isOther = before !== undefined && before.library_id !== libraryId
  if (isOther && Date.parse(before.heard_at) > at.getTime() - claimSeconds * 1000) return 'namesake'
  const said = { library_id: libraryId, version: standing.version, free_bytes: standing.freeBytes, heard_at: at.toISOString() }
  const storedEpoch = isOther ? null : (before?.stored_epoch ?? null)
  await tx
    .insertInto('collectors')
    .values({ name, ...said, stored_epoch: storedEpoch })
    .onConflict(conflict => conflict.column('name').doUpdateSet({ ...said, stored_epoch: storedEpoch }))
    .execute()
  const lost = await renewClaims(tx, name, standing.holds, at)
  const epoch = await epochOf(tx)
  const adopting = await isAdopting(tx)
  if (!adopting) await tx.deleteFrom('collection_stored').execute()
  return { epoch, wantsStored: adopting && storedEpoch !== epoch, lost }
}

/** How often the ledger was restored. */
export async function epochOf(read: Reader): Promise<number> {
  return Number((await readInstallation(read, 'epoch')) ?? '0')
}

async function renewClaims(tx: Tx, collector: string, holds: readonly string[], at: Date): Promise<string[]> {
  const freed = tx.deleteFrom('collection_claims').where('collector', '=', collector)
  await (holds.length === 0 ? freed : freed.where('attempt_id', 'not in', [...holds])).execute()
  const lost: string[] = []
  for (const attemptId of holds) if (!(await claim(tx, attemptId, collector, at))) lost.push(attemptId)
  return lost
}

/** True when the attempt is this collector's now: it was, or nobody else's claim still counts. */
async function claim(tx: Tx, attemptId: string, collector: string, at: Date): Promise<boolean> {
  const until = claimUntil(at)
  const taken = await tx
    .insertInto('collection_claims')
    .values({ attempt_id: attemptId, collector, until })
    .onConflict(conflict =>
      conflict
        .column('attempt_id')
        .doUpdateSet({ collector, until })
        .where(eb =>
          eb.or([eb('collection_claims.collector', '=', collector), eb('collection_claims.until', '<=', at.toISOString())]),
        ),
    )
    .executeTakeFirst()
  return (taken.numInsertedOrUpdatedRows ?? 0n) > 0n
}

function claimUntil(at: Date): string {
  return new Date(at.getTime() + claimSeconds * 1000).toISOString()
}

/** A run to bring home, with the taxa that get a link to it. */
export type RunToFetch = Collectable & { taxIds: number[] }

/** An attempt that was taken. */
export interface Claimed {
  attemptId: string
  until: string
  runs: RunToFetch[]
}

/** So many runs are looked through for free attempts; the oldest come first. */
const mostLookedAt = 2000

/** Gives a collector at most so many attempts that nobody works on, in the same write as they are taken; none while the library is full. */
export async function claimAttempts(tx: Tx, collector: string, atMost: number, at: Date): Promise<Claimed[]> {
  if ((await installationCauses(tx)).includes('library-full')) return []
  const byAttempt = new Map<string, Collectable[]>()
  for (const run of await collectables(tx, at, mostLookedAt, 'free')) {
    const known = byAttempt.get(run.attemptId)
    if (known !== undefined) known.push(run)
    else if (byAttempt.size < atMost) byAttempt.set(run.attemptId, [run])
  }
  const claimed: Claimed[] = []
  for (const [attemptId, runs] of byAttempt) {
    if (!(await claim(tx, attemptId, collector, at))) continue
    const withTaxa: RunToFetch[] = []
    for (const run of runs) withTaxa.push({ ...run, taxIds: await taxaOfDelivery(tx, run.deliveryId) })
    claimed.push({ attemptId, until: claimUntil(at), runs: withTaxa })
  }
  return claimed
}

/** A collector, as it was last heard. */
export interface KnownCollector {
  name: string
  version: string
  freeBytes: number
  heardAt: Date
  storedEpoch: number | null
}

/** Every collector that was ever heard, the one heard last first. */
export async function knownCollectors(read: Reader): Promise<KnownCollector[]> {
  const rows = await read.selectFrom('collectors').selectAll().orderBy('heard_at', 'desc').execute()
  return rows.map(row => ({
    name: row.name,
    version: row.version,
    freeBytes: row.free_bytes,
    heardAt: new Date(row.heard_at),
    storedEpoch: row.stored_epoch,
  }))
}
