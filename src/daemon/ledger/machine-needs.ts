import type { Reader } from './ledger.ts'

/**
 * What a person was told of single machines: what is open, and what a person resolved (which is not told again). `byPrograms`: whoever
 * resolves because the matter itself is over.
 */
export async function machineNeeds(
  read: Reader,
  byPrograms: readonly string[],
): Promise<{ subjectId: string; cause: string; isOpen: boolean }[]> {
  const rows = await read
    .selectFrom('attention')
    .select(['subject_id', 'cause', 'resolved_at'])
    .where('subject', '=', 'machine')
    .where(eb => eb.or([eb('resolved_at', 'is', null), eb('resolved_by', 'not in', [...byPrograms])]))
    .orderBy('id')
    .execute()
  return rows.map(row => ({ subjectId: row.subject_id, cause: row.cause, isOpen: row.resolved_at === null }))
}
