import type { FailureReport, PeekReport, RemovalReport, StoredReport } from '../../api/collections.ts'
import { wireVersion } from '../../api/assignment.ts'
import { Problem } from '../../core/problem.ts'
import { deliveryFolder, requireNames } from '../../transfer/collect/library-layout.ts'
import type { Collected, StoredDelivery } from '../../transfer/collector.ts'
import { formatManifest, manifestBytes, manifestSha256, parseManifest, type Manifest } from '../../transfer/manifest.ts'
import { noteCollected, notePeek, noteRemoving, type FactOf } from './collection-facts.ts'
import { epochOf } from './collections.ts'
import type { Reader, Tx } from './ledger.ts'

/*
 * What collectors elsewhere report, compared with what the ledger knows before it is written down. Each may come again, and late.
 */

type OfRun = { collector: string; attemptId: string; runAccession: string }

/** What becomes of a report: written down · it is not what was announced · nobody waits for it any more. */
export type HeardReceipt = { heard: 'noted' | 'refused' | 'not-wanted'; why: string }

/** A delivery was stored: a proof, if it is what its agent announced; else a failure that a person must look at. */
export async function hearReceipt(
  tx: Tx,
  of: { collector: string; attemptId: string; stored: StoredReport },
  at: Date,
): Promise<HeardReceipt> {
  const { collector, attemptId, stored } = of
  const { runAccession } = stored
  const known = await attemptRun(tx, { attemptId, runAccession })
  if (known === undefined || known.delivery_id !== stored.deliveryId) {
    return { heard: 'not-wanted', why: `attempt ${attemptId} does not hold delivery ${stored.deliveryId} of ${runAccession}` }
  }
  if (known.receipt_id !== null) return { heard: 'noted', why: '' }
  if (known.state !== 'batched' && known.state !== 'wanted') return { heard: 'not-wanted', why: `the delivery is ${known.state}` }
  const fact = { collector, attemptId, runAccession, deliveryId: known.delivery_id, failures: known.collect_failures }
  const fault = await faultOf(tx, stored, known)
  if (fault !== undefined) {
    const why = `collector ${collector} reported a receipt that is refused: ${fault}`
    await noteCollected(tx, fact, { kind: 'failed', temporary: false, why }, at)
    return { heard: 'refused', why: fault }
  }
  const { relativePath, manifest, versions } = stored
  await noteCollected(tx, fact, { kind: 'proved', proved: { manifest, relativePath, versions } }, at)
  return { heard: 'noted', why: '' }
}

/** Why a report is not what was announced and owed; undefined when it is. */
async function faultOf(
  read: Reader,
  stored: StoredReport,
  owed: { revision: string; recipe: string; manifest_sha256: string | null },
): Promise<string | undefined> {
  if (stored.revision !== owed.revision || stored.recipe !== owed.recipe) {
    return `it is of revision ${stored.revision} by ${stored.recipe}, and ${owed.revision} by ${owed.recipe} is owed`
  }
  const unsound = unsoundness(stored)
  if (unsound !== undefined) return unsound
  // The copy may be another attempt's: that one's agent announced it. Of one that nobody knows, it is what this attempt announced.
  const named = await attemptRun(read, stored)
  const announced = (named === undefined ? owed.manifest_sha256 : named.manifest_sha256) ?? undefined
  const sha256 = manifestSha256(formatManifest(stored.manifest))
  if (announced !== undefined && announced !== sha256) return `its manifest has SHA-256 ${sha256}, and ${announced} was announced`
  return undefined
}

/** What is wrong with a stored delivery in itself: paths, sizes, the place in the library. */
function unsoundness(stored: StoredReport): string | undefined {
  try {
    requireNames(stored)
    const manifest: Manifest = parseManifest(formatManifest(stored.manifest))
    if (manifestBytes(manifest) === 0) return 'its manifest lists not one byte'
    const folder = deliveryFolder(stored)
    return stored.relativePath === folder ? undefined : `it lies at ${JSON.stringify(stored.relativePath)} and not at ${folder}`
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

async function attemptRun(read: Reader, { attemptId, runAccession }: { attemptId: string; runAccession: string }) {
  return read
    .selectFrom('attempt_runs as ar')
    .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
    .select(['ar.delivery_id', 'ar.manifest_sha256', 'ar.receipt_id', 'ar.collect_failures'])
    .select(['ar.removed_at', 'd.state', 'd.revision', 'd.recipe'])
    .where('ar.attempt_id', '=', attemptId)
    .where('ar.run_accession', '=', runAccession)
    .executeTakeFirst()
}

/** A transfer did not come to its end. A report of an earlier try is not wanted. */
export async function hearFailure(
  tx: Tx,
  of: OfRun & { failures: number },
  outcome: FailureReport,
  at: Date,
): Promise<'noted' | 'not-wanted'> {
  const known = await attemptRun(tx, of)
  if (known === undefined || known.receipt_id !== null || known.collect_failures !== of.failures) return 'not-wanted'
  await noteCollected(tx, { ...of, deliveryId: known.delivery_id }, toCollected(outcome), at)
  return 'noted'
}

function toCollected(outcome: FailureReport): Collected {
  if (outcome.kind !== 'no-space') return outcome
  return { ...outcome, neededFreeBytes: outcome.neededFreeBytes ?? undefined }
}

/** Sources were removed, or could not be. Before the proof is acknowledged nothing may be, so such a report is not wanted. */
export async function hearRemoval(
  tx: Tx,
  of: OfRun & { failures: number },
  outcome: RemovalReport,
  at: Date,
): Promise<'noted' | 'not-wanted'> {
  const known = await attemptRun(tx, of)
  const isWanted = known !== undefined && known.receipt_id !== null && known.removed_at === null
  if (!isWanted || known.collect_failures !== of.failures) return 'not-wanted'
  const fact: FactOf = { ...of, deliveryId: known.delivery_id }
  await noteRemoving(tx, fact, outcome, at)
  return 'noted'
}

/** A machine was looked at. What speaks of another attempt or machine, or in another version, is not believed. */
export async function hearPeek(
  tx: Tx,
  of: { attemptId: string; machineId: string },
  peek: PeekReport,
  at: Date,
): Promise<'noted' | 'not-wanted'> {
  const bound = await tx
    .selectFrom('workers')
    .select('attempt_id')
    .where('attempt_id', '=', of.attemptId)
    .where('machine_id', '=', of.machineId)
    .executeTakeFirst()
  if (bound === undefined) return 'not-wanted'
  await notePeek(tx, of, isOfMachine(of, peek) ? peek : { kind: 'unreachable', why: 'its documents are of another machine' }, at)
  return 'noted'
}

function isOfMachine(of: { attemptId: string; machineId: string }, peek: PeekReport): boolean {
  if (peek.kind === 'unreachable') return true
  return [peek.standing, peek.closing].every(
    said =>
      said === null ||
      (said.attemptId === of.attemptId &&
        said.machineId === of.machineId &&
        (said.version === wireVersion || said.version === wireVersion - 1)),
  )
}

/** What became of a page of stored deliveries; those that are not sound are named, and not kept. */
export interface HeardStored {
  heard: 'noted' | 'not-wanted'
  refused: { deliveryId: string; why: string }[]
}

/** A page of what lies in a library, for this epoch; with the last one, all has been told. */
export async function hearStored(
  tx: Tx,
  of: { collector: string; epoch: number; deliveries: readonly StoredReport[]; isLast: boolean },
): Promise<HeardStored> {
  if (of.epoch !== (await epochOf(tx))) return { heard: 'not-wanted', refused: [] }
  const refused: HeardStored['refused'] = []
  for (const stored of of.deliveries) {
    const why = unsoundness(stored)
    if (why !== undefined) refused.push({ deliveryId: stored.deliveryId, why })
    else await keepStored(tx, of, stored)
  }
  if (of.isLast) await tx.updateTable('collectors').set({ stored_epoch: of.epoch }).where('name', '=', of.collector).execute()
  return { heard: 'noted', refused }
}

async function keepStored(tx: Tx, of: { collector: string; epoch: number }, stored: StoredReport): Promise<void> {
  const storedJson = JSON.stringify(stored)
  await tx
    .insertInto('collection_stored')
    .values({ epoch: of.epoch, collector: of.collector, delivery_id: stored.deliveryId, stored_json: storedJson })
    .onConflict(conflict => conflict.columns(['epoch', 'collector', 'delivery_id']).doUpdateSet({ stored_json: storedJson }))
    .execute()
}

/** So many stored deliveries are read at a time. */
const storedInOnePage = 200

/** What was reported to this epoch, one at a time. */
export async function* reportedStored(read: Reader, epoch: number): AsyncGenerator<StoredDelivery> {
  let after = { collector: '', deliveryId: '' }
  for (;;) {
    const { collector, deliveryId } = after
    const rows = await read
      .selectFrom('collection_stored')
      .selectAll()
      .where('epoch', '=', epoch)
      .where(eb =>
        eb.or([eb('collector', '>', collector), eb.and([eb('collector', '=', collector), eb('delivery_id', '>', deliveryId)])]),
      )
      .orderBy('collector')
      .orderBy('delivery_id')
      .limit(storedInOnePage)
      .execute()
    for (const row of rows) yield toStored(JSON.parse(row.stored_json) as StoredReport) // written by keepStored alone
    const last = rows.at(-1)
    if (last === undefined) return
    after = { collector: last.collector, deliveryId: last.delivery_id }
  }
}

function toStored({ manifest, relativePath, versions, storedAt, ...rest }: StoredReport): StoredDelivery {
  return { ...rest, storedAt: new Date(storedAt), proved: { manifest, relativePath, versions } }
}
