import type { PeekReport } from '../../api/collections.ts'
import type { Collected, Removed } from '../../transfer/collector.ts'
import type { Collectable, Removable } from './attempt-runs.ts'
import type { LinkOwed } from './links-owed.ts'
import type { Reader, Tx } from './ledger.ts'
import { isDestroyed } from './workers.ts'

/*
 * What collectors elsewhere reported, as facts: written by the routes, acted on and taken away by the stages. A report of a try counts
 * only while as many failures are known as when it was asked for, so one that comes twice counts once; a proof always counts.
 */

/** A report of one run of an attempt, by the collector that made it. */
export interface FactOf {
  collector: string
  attemptId: string
  runAccession: string
  deliveryId: string
  failures: number
}

type Removing = Removed | { kind: 'failed'; why: string }

/** Writes down what became of a transfer. A proof is not overwritten by a failure that was slower. */
export async function noteCollected(tx: Tx, of: FactOf, collected: Collected, at: Date): Promise<void> {
  if (collected.kind !== 'proved' && (await factOf(tx, of, 'collect'))?.kind === 'proved') return
  await noteFact(tx, of, { act: 'collect', kind: collected.kind, said: collected, at })
}

/** Writes down what became of sources that were to be removed. */
export async function noteRemoving(tx: Tx, of: FactOf, removing: Removing, at: Date): Promise<void> {
  await noteFact(tx, of, { act: 'remove', kind: removing.kind, said: removing, at })
}

type Kind = Collected['kind'] | Removing['kind']
type Act = 'collect' | 'remove'

async function noteFact(tx: Tx, of: FactOf, fact: { act: Act; kind: Kind; said: unknown; at: Date }): Promise<void> {
  const { collector, attemptId, runAccession, deliveryId, failures } = of
  const said = { kind: fact.kind, said_json: JSON.stringify(fact.said), said_at: fact.at.toISOString() }
  const by = { delivery_id: deliveryId, collector, failures, ...said }
  await tx
    .insertInto('collection_facts')
    .values({ attempt_id: attemptId, run_accession: runAccession, act: fact.act, ...by })
    .onConflict(conflict => conflict.columns(['attempt_id', 'run_accession', 'act']).doUpdateSet(by))
    .execute()
}

async function factOf(read: Reader, { attemptId, runAccession }: Pick<FactOf, 'attemptId' | 'runAccession'>, act: Act) {
  return read
    .selectFrom('collection_facts')
    .selectAll()
    .where('attempt_id', '=', attemptId)
    .where('run_accession', '=', runAccession)
    .where('act', '=', act)
    .executeTakeFirst()
}

/** A report, taken by the stage that acts on it. */
export async function forgetFact(tx: Tx, of: Pick<FactOf, 'attemptId' | 'runAccession'>, act: Act): Promise<void> {
  await tx
    .deleteFrom('collection_facts')
    .where('attempt_id', '=', of.attemptId)
    .where('run_accession', '=', of.runAccession)
    .where('act', '=', act)
    .execute()
}

/** What was reported of a transfer of this delivery, and by whom; undefined while nothing that counts was. */
export async function collectedOf(
  read: Reader,
  of: Pick<FactOf, 'attemptId' | 'runAccession' | 'deliveryId'>,
): Promise<{ collected: Collected; collector: string } | undefined> {
  const fact = await factOf(read, of, 'collect')
  if (fact === undefined || fact.delivery_id !== of.deliveryId) return undefined
  if (fact.kind !== 'proved' && !(await isOfThisTry(read, of, fact.failures))) return undefined
  return { collected: JSON.parse(fact.said_json) as Collected, collector: fact.collector } // written by noteCollected alone
}

/** What was reported of the sources of a run; undefined while nothing that counts was. */
export async function removingOf(read: Reader, of: Pick<FactOf, 'attemptId' | 'runAccession'>): Promise<Removing | undefined> {
  const fact = await factOf(read, of, 'remove')
  if (fact === undefined || !(await isOfThisTry(read, of, fact.failures))) return undefined
  return JSON.parse(fact.said_json) as Removing // written by noteRemoving alone
}

async function isOfThisTry(read: Reader, of: Pick<FactOf, 'attemptId' | 'runAccession'>, failures: number): Promise<boolean> {
  const row = await read
    .selectFrom('attempt_runs')
    .select('collect_failures')
    .where('attempt_id', '=', of.attemptId)
    .where('run_accession', '=', of.runAccession)
    .executeTakeFirst()
  return row !== undefined && row.collect_failures === failures
}

/** Runs whose transfer was reported and not acted on yet; what is proved counts though its machine be gone. */
export async function reportedRuns(read: Reader, atMost: number): Promise<Collectable[]> {
  const rows = await read
    .selectFrom('collection_facts as f')
    .innerJoin('attempt_runs as ar', join =>
      join.onRef('ar.attempt_id', '=', 'f.attempt_id').onRef('ar.run_accession', '=', 'f.run_accession'),
    )
    .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .innerJoin('workers as w', 'w.attempt_id', 'ar.attempt_id')
    .select(['ar.attempt_id', 'ar.run_accession', 'ar.delivery_id', 'ar.manifest_sha256', 'ar.collect_failures'])
    .select(['a.machine_id', 'w.address', 'a.host_key', 'd.recipe', 'd.recipe_identity', 'd.revision', 'b.charged_tax_id'])
    .where('f.act', '=', 'collect')
    .whereRef('f.delivery_id', '=', 'ar.delivery_id')
    .where('ar.receipt_id', 'is', null)
    .where('d.state', 'in', ['batched', 'wanted'])
    .where(eb =>
      eb.or([
        eb('f.kind', '=', 'proved'),
        eb.and([
          eb('w.state', '<>', isDestroyed),
          eb('b.state', '<>', 'cancelled'),
          eb('f.failures', '=', eb.ref('ar.collect_failures')),
        ]),
      ]),
    )
    .orderBy('f.said_at')
    .limit(atMost)
    .execute()
  return rows.map(row => ({
    attemptId: row.attempt_id,
    runAccession: row.run_accession,
    deliveryId: row.delivery_id,
    manifestSha256: row.manifest_sha256,
    machineId: row.machine_id ?? '',
    address: row.address ?? '',
    hostKey: row.host_key ?? undefined,
    recipe: row.recipe,
    recipeIdentity: row.recipe_identity ?? '',
    revision: row.revision,
    chargedTaxId: row.charged_tax_id,
    collectFailures: row.collect_failures,
  }))
}

/** Sources of which was reported what became of them, and that is not acted on yet. */
export async function reportedRemovals(read: Reader, atMost: number): Promise<Removable[]> {
  const rows = await read
    .selectFrom('collection_facts as f')
    .innerJoin('attempt_runs as ar', join =>
      join.onRef('ar.attempt_id', '=', 'f.attempt_id').onRef('ar.run_accession', '=', 'f.run_accession'),
    )
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .innerJoin('workers as w', 'w.attempt_id', 'ar.attempt_id')
    .select(['ar.attempt_id', 'ar.run_accession', 'ar.collect_failures', 'a.machine_id', 'w.address', 'a.host_key'])
    .where('f.act', '=', 'remove')
    .where('ar.receipt_id', 'is not', null)
    .where('ar.removed_at', 'is', null)
    .whereRef('f.failures', '=', 'ar.collect_failures')
    .limit(atMost)
    .execute()
  return rows.map(row => ({
    attemptId: row.attempt_id,
    runAccession: row.run_accession,
    machineId: row.machine_id ?? '',
    address: row.address ?? '',
    hostKey: row.host_key ?? undefined,
    failures: row.collect_failures,
  }))
}

/** Links that are owed and of which a collector told what became of them. */
export async function reportedLinks(read: Reader, atMost: number): Promise<LinkOwed[]> {
  const rows = await read
    .selectFrom('collection_links as f')
    .innerJoin('links_owed as l', join =>
      join.onRef('l.tax_id', '=', 'f.tax_id').onRef('l.run_accession', '=', 'f.run_accession'),
    )
    .innerJoin('deliveries as d', 'd.id', 'l.delivery_id')
    .innerJoin('receipts as r', 'r.delivery_id', 'l.delivery_id')
    .select(['l.tax_id', 'l.run_accession', 'l.delivery_id', 'd.recipe', 'd.recipe_identity', 'd.revision', 'r.relative_path'])
    .whereRef('l.delivery_id', '=', 'f.delivery_id')
    .limit(atMost)
    .execute()
  return rows.map(row => ({
    taxId: row.tax_id,
    runAccession: row.run_accession,
    deliveryId: row.delivery_id,
    recipe: row.recipe,
    recipeIdentity: row.recipe_identity ?? '',
    revision: row.revision,
    relativePath: row.relative_path,
  }))
}

type LinkKey = Pick<LinkOwed, 'taxId' | 'runAccession' | 'deliveryId'>

/** Writes down what became of a link. */
export async function noteLink(tx: Tx, link: LinkKey & { outcome: 'made' | 'nothing-there' }): Promise<void> {
  const key = { tax_id: link.taxId, run_accession: link.runAccession, delivery_id: link.deliveryId }
  await tx
    .insertInto('collection_links')
    .values({ ...key, outcome: link.outcome })
    .onConflict(conflict => conflict.columns(['tax_id', 'run_accession', 'delivery_id']).doUpdateSet({ outcome: link.outcome }))
    .execute()
}

/** What was reported of a link; undefined while nothing was. */
export async function linkFact(read: Reader, link: LinkKey): Promise<'made' | 'nothing-there' | undefined> {
  const row = await read
    .selectFrom('collection_links')
    .select('outcome')
    .where('tax_id', '=', link.taxId)
    .where('run_accession', '=', link.runAccession)
    .where('delivery_id', '=', link.deliveryId)
    .executeTakeFirst()
  return row?.outcome
}

/** A report of a link, taken by the stage that acts on it. */
export async function forgetLinkFact(tx: Tx, link: LinkKey): Promise<void> {
  await tx
    .deleteFrom('collection_links')
    .where('tax_id', '=', link.taxId)
    .where('run_accession', '=', link.runAccession)
    .where('delivery_id', '=', link.deliveryId)
    .execute()
}

/** Writes down what a machine said of itself; the last look stands. */
export async function notePeek(tx: Tx, of: { attemptId: string; machineId: string }, peek: PeekReport, at: Date): Promise<void> {
  const said = { machine_id: of.machineId, said_json: JSON.stringify(peek), said_at: at.toISOString() }
  await tx
    .insertInto('collection_peeks')
    .values({ attempt_id: of.attemptId, ...said })
    .onConflict(conflict => conflict.column('attempt_id').doUpdateSet(said))
    .execute()
}

/** What a machine said when a collector last looked, if that was since `since`. */
export async function peekOf(
  read: Reader,
  of: { attemptId: string; machineId: string },
  since: Date,
): Promise<PeekReport | undefined> {
  const row = await read
    .selectFrom('collection_peeks')
    .select('said_json')
    .where('attempt_id', '=', of.attemptId)
    .where('machine_id', '=', of.machineId)
    .where('said_at', '>=', since.toISOString())
    .executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.said_json) as PeekReport) // written by notePeek alone
}
