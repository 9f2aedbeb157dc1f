import { sql } from 'kysely'
import type { Reader, Tx } from './ledger.ts'
import { newestEvent, notePassedEvent, passedEvent } from './passed-events.ts'

/** Notes that the list of accession numbers of these taxa no longer shows what the ledger knows; with `metadata`, their metadata file neither. */
export async function markTaxaStale(tx: Tx, taxIds: readonly number[], { metadata }: { metadata: boolean }): Promise<void> {
  if (taxIds.length === 0) return
  await tx
    .updateTable('taxa')
    .set(eb => ({
      files_stale: eb('files_stale', '+', 1),
      ...(metadata ? { metadata_stale: eb('metadata_stale', '+', 1) } : {}),
    }))
    .where('tax_id', 'in', taxIds)
    .execute()
}

/**
 * Passes on what moved since the last time: to the taxa that know the runs of moved deliveries, and of workers that came or went. So
 * whoever moves anything need not think of files.
 */
export async function passOnMoves(tx: Tx): Promise<void> {
  const after = await passedEvent(tx, 'files_event')
  const until = await newestEvent(tx)
  if (until === after) return
  await sql`update taxa set files_stale = files_stale + 1 where tax_id in (
    select v.tax_id from events as e join deliveries as d on d.id = e.subject_id join verdicts as v on v.run_accession = d.run_accession
    where e.id > ${after} and e.subject = 'delivery'
    union
    select v.tax_id from events as e join workers as w on w.name = e.subject_id join attempt_runs as ar on ar.attempt_id = w.attempt_id
    join verdicts as v on v.run_accession = ar.run_accession where e.id > ${after} and e.subject = 'worker')`.execute(tx)
  await notePassedEvent(tx, 'files_event', until)
}

/** A taxon whose files do not show what the ledger knows. */
export interface StaleTaxon {
  taxId: number
  filesWrittenAt: string | null
}

/** Taxa whose files are to be written anew, those first that waited longest. */
export async function staleTaxa(read: Reader): Promise<StaleTaxon[]> {
  const rows = await read
    .selectFrom('taxa')
    .select(['tax_id', 'files_written_at'])
    .where(eb => eb.or([eb('files_stale', '>', 0), eb('metadata_stale', '>', 0)]))
    .orderBy('files_written_at')
    .orderBy('tax_id')
    .execute()
  return rows.map(row => ({ taxId: row.tax_id, filesWrittenAt: row.files_written_at }))
}

/** What stood at the beginning of a writing: only that much is settled when it has ended. */
export interface StaleMarks {
  files: number
  metadata: number
}

/** How stale the files of a taxon are. */
export async function staleMarks(read: Reader, taxId: number): Promise<StaleMarks> {
  const row = await read
    .selectFrom('taxa')
    .select(['files_stale', 'metadata_stale'])
    .where('tax_id', '=', taxId)
    .executeTakeFirst()
  return { files: row?.files_stale ?? 0, metadata: row?.metadata_stale ?? 0 }
}

/** Notes that files were written; whatever changed while they were being written stays to be done. */
export async function settleStale(tx: Tx, taxId: number, seen: StaleMarks, at: Date): Promise<void> {
  await tx
    .updateTable('taxa')
    .set(eb => ({
      files_stale: eb.case().when('files_stale', '=', seen.files).then(0).else(eb.ref('files_stale')).end(),
      metadata_stale: eb.case().when('metadata_stale', '=', seen.metadata).then(0).else(eb.ref('metadata_stale')).end(),
      files_written_at: at.toISOString(),
    }))
    .where('tax_id', '=', taxId)
    .execute()
}
