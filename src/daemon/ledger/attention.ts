import { writeEvent } from './events.ts'
import type { Reader, Tx } from './ledger.ts'
import type { AttentionTable } from './tables.ts'

/** What needs a person: of what, the cause, what was seen, what was tried. */
export interface Need {
  subject: AttentionTable['subject']
  /** A tax id, a machine id, a collector's name, or `installation`. */
  subjectId: string
  cause: string
  evidence: string
  tried: string
}

/** Opens attention, once for one cause of one subject: the same need again changes nothing. True when it is new. */
export async function openAttention(tx: Tx, need: Need, at: Date, byWhom: string): Promise<boolean> {
  const inserted = await tx
    .insertInto('attention')
    .values({
      subject: need.subject,
      subject_id: need.subjectId,
      cause: need.cause,
      evidence: need.evidence,
      tried: need.tried,
      opened_at: at.toISOString(),
      resolved_at: null,
      resolution: '',
      resolved_by: '',
    })
    .onConflict(conflict => conflict.columns(['subject', 'subject_id', 'cause']).where('resolved_at', 'is', null).doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) return false
  const taxId = need.subject === 'taxon' ? Number(need.subjectId) : null
  await writeEvent(
    tx,
    { subject: 'attention', subjectId: `${need.subject} ${need.subjectId}`, event: 'opened' },
    { at, why: `${need.cause}: ${need.evidence}`, byWhom, taxId },
  )
  return true
}

/** Closes what is open for a subject (one cause, or all); the number closed. */
export async function closeAttention(
  tx: Tx,
  which: { subject: AttentionTable['subject']; subjectId: string; cause?: string },
  how: { at: Date; resolution: string; byWhom: string },
): Promise<number> {
  const closed = await tx
    .updateTable('attention')
    .set({ resolved_at: how.at.toISOString(), resolution: how.resolution, resolved_by: how.byWhom })
    .where('subject', '=', which.subject)
    .where('subject_id', '=', which.subjectId)
    .where('resolved_at', 'is', null)
    .$if(which.cause !== undefined, query => query.where('cause', '=', which.cause ?? ''))
    .executeTakeFirst()
  const count = Number(closed.numUpdatedRows)
  if (count > 0) {
    const taxId = which.subject === 'taxon' ? Number(which.subjectId) : null
    await writeEvent(
      tx,
      { subject: 'attention', subjectId: `${which.subject} ${which.subjectId}`, event: 'resolved' },
      { at: how.at, why: how.resolution, byWhom: how.byWhom, taxId },
    )
  }
  return count
}

/** Tax ids that are left alone until a person resolves them. */
export async function taxaInAttention(read: Reader): Promise<number[]> {
  const rows = await read
    .selectFrom('attention')
    .select('subject_id')
    .distinct()
    .where('subject', '=', 'taxon')
    .where('resolved_at', 'is', null)
    .execute()
  return rows.map(row => Number(row.subject_id))
}

/** Tax ids for which this cause is open. */
export async function taxaInNeed(read: Reader, cause: string): Promise<number[]> {
  const rows = await read
    .selectFrom('attention')
    .select('subject_id')
    .where('subject', '=', 'taxon')
    .where('cause', '=', cause)
    .where('resolved_at', 'is', null)
    .execute()
  return rows.map(row => Number(row.subject_id))
}

/** Causes that are open for the installation or its collector. */
export async function installationCauses(read: Reader): Promise<string[]> {
  const rows = await read
    .selectFrom('attention')
    .select('cause')
    .where('subject', 'in', ['installation', 'collector'])
    .where('resolved_at', 'is', null)
    .execute()
  return rows.map(row => row.cause)
}

/** Machines that a person was told of. */
export async function reportedMachines(read: Reader): Promise<string[]> {
  const rows = await read
    .selectFrom('attention')
    .select('subject_id')
    .where('subject', '=', 'machine')
    .where('resolved_at', 'is', null)
    .execute()
  return rows.map(row => row.subject_id)
}
