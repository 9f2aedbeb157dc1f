import { join } from 'node:path'
import type { Selectable } from 'kysely'
import type { RunFate } from '../../../api/run-fate.ts'
import type { RunAccession } from '../../../core/accession.ts'
import type { Reason } from '../../../core/reason.ts'
import type { ReadFile } from '../../../core/run.ts'
import type { Reader } from '../ledger.ts'
import type { DeliveriesTable, ReceiptsTable, RunsTable, VerdictsTable } from '../tables.ts'
import { attemptsOfDelivery } from './attempts-of-delivery.ts'
import { explainReason } from './explain-reason.ts'
import { runStateOf } from './run-state.ts'

/** Everything the ledger knows of one run, but for the story that is told of it; undefined when it never heard of the run. */
export async function runFateOf(
  read: Reader,
  run: RunAccession,
  libraryDir: string,
  now: Date,
): Promise<Omit<RunFate, 'story'> | undefined> {
  const archive = await read.selectFrom('runs').selectAll().where('run_accession', '=', run).executeTakeFirst()
  const deliveries = await read
    .selectFrom('deliveries')
    .selectAll()
    .where('run_accession', '=', run)
    .orderBy('wanted_at')
    .orderBy('id')
    .execute()
  const verdicts = await verdictsOf(read, run, deliveries)
  if (archive === undefined && deliveries.length === 0 && verdicts.length === 0) return undefined
  const delivered = []
  for (const delivery of deliveries) delivered.push(await toDelivery(read, delivery, libraryDir, now))
  return {
    runAccession: run,
    archive: archive === undefined ? null : toArchive(archive),
    verdicts,
    deliveries: delivered,
    events: await eventsAround(read, run, deliveries),
  }
}

async function verdictsOf(
  read: Reader,
  run: string,
  deliveries: readonly Selectable<DeliveriesTable>[],
): Promise<RunFate['verdicts']> {
  const rows = await read
    .selectFrom('verdicts as v')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .selectAll('v')
    .select(['t.scientific_name', 't.state as taxon_state'])
    .where('v.run_accession', '=', run)
    .orderBy('v.tax_id')
    .execute()
  const states = new Map(deliveries.map(delivery => [delivery.id, delivery.state]))
  return rows.map(row => ({ ...toVerdict(row, states), scientificName: row.scientific_name, taxonState: row.taxon_state }))
}

function toVerdict(
  row: Selectable<VerdictsTable>,
  states: ReadonlyMap<string, DeliveriesTable['state']>,
): Omit<RunFate['verdicts'][number], 'scientificName' | 'taxonState'> {
  const reasons = JSON.parse(row.reasons_json) as Reason[]
  const state = runStateOf({
    verdict: row.verdict,
    isSkipped: row.skip !== null,
    hasLeftSubtree: row.left_subtree_at !== null,
    isWithdrawn: reasons.some(reason => reason.code === 'RUN_WITHDRAWN'),
    delivery: states.get(row.delivery_id ?? '') ?? null,
  })
  return {
    taxId: row.tax_id,
    state,
    verdict: row.verdict,
    reasons: reasons.map(reason => explainReason(reason.code, reason.detail)),
    skip: row.skip,
    filterSet: row.filter_set,
    judgedAt: row.judged_at,
    leftSubtreeAt: row.left_subtree_at,
    missedChecks: row.missed_checks,
    deliveryId: row.delivery_id,
  }
}

function toArchive(row: Selectable<RunsTable>): NonNullable<RunFate['archive']> {
  return {
    state: row.archive_state,
    studyAccession: row.study_accession,
    sampleAccession: row.sample_accession,
    experimentAccession: row.experiment_accession,
    taxId: row.tax_id,
    scientificName: row.scientific_name,
    libraryStrategy: row.library_strategy,
    librarySource: row.library_source,
    libraryLayout: row.library_layout,
    instrumentPlatform: row.instrument_platform,
    readCount: row.read_count,
    baseCount: row.base_count,
    fastqBytes: row.fastq_bytes,
    firstPublicOn: row.first_public_on,
    enaUpdatedOn: row.ena_updated_on,
    revision: row.revision,
    readFiles: JSON.parse(row.files_json) as ReadFile[],
    filesProblem: row.files_problem,
    firstSeenAt: row.first_seen_at,
    changedAt: row.changed_at,
    waitingSince: row.waiting_since,
    nextLookAt: row.next_look_at,
    withdrawnAt: row.withdrawn_at,
  }
}

async function toDelivery(
  read: Reader,
  row: Selectable<DeliveriesTable>,
  libraryDir: string,
  now: Date,
): Promise<RunFate['deliveries'][number]> {
  const receipt = await read.selectFrom('receipts').selectAll().where('delivery_id', '=', row.id).executeTakeFirst()
  return {
    deliveryId: row.id,
    recipe: row.recipe,
    revision: row.revision,
    state: row.state,
    chargedTaxId: row.charged_tax_id,
    reason: row.reason === null ? null : explainReason(row.reason, row.detail),
    strikes: row.strikes,
    alone: row.alone === 1,
    wantedAt: row.wanted_at,
    changedAt: row.changed_at,
    attempts: await attemptsOfDelivery(read, row.id, now),
    receipt: receipt === undefined ? null : toReceipt(receipt, libraryDir),
  }
}

function toReceipt(row: Selectable<ReceiptsTable>, libraryDir: string): NonNullable<RunFate['deliveries'][number]['receipt']> {
  return {
    collector: row.collector,
    relativePath: row.relative_path,
    // Only the daemon's own library lies on this computer.
    path: row.collector === 'rsync' ? join(libraryDir, row.relative_path) : null,
    storedAt: row.stored_at,
    totalBytes: row.total_bytes,
    files: JSON.parse(row.files_json) as { path: string; bytes: number; sha256: string }[],
    versions: JSON.parse(row.versions_json) as Record<string, string>,
  }
}

/** The newest so many events of a run and of its deliveries, oldest first. */
const mostEvents = 500

async function eventsAround(read: Reader, run: string, deliveries: readonly { id: string }[]): Promise<RunFate['events']> {
  const rows = await read
    .selectFrom('events')
    .selectAll()
    .where(eb =>
      eb.or([
        eb.and([eb('subject', '=', 'run'), eb('subject_id', '=', run)]),
        eb.and([eb('subject', '=', 'delivery'), eb('subject_id', 'in', ['', ...deliveries.map(delivery => delivery.id)])]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(mostEvents)
    .execute()
  return rows.reverse().map(row => ({
    at: row.at,
    subject: row.subject,
    subjectId: row.subject_id,
    event: row.event,
    from: row.from_state,
    to: row.to_state,
    why: row.why,
    byWhom: row.by_whom,
  }))
}
