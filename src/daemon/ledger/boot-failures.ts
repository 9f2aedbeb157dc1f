import { closeAttention, openAttention } from './attention.ts'
import type { Reader, Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'

/** So many machines in a row that never speak, and a person is asked before another is made: each of them costs money. */
export const bootsBeforeAsking = 2
/** No more of the newest attempts are looked at. */
const looksBack = 20

const need = { subject: 'installation', subjectId: 'installation', cause: 'boot-failed' } as const

/** Whether anything was ever heard from the machine of an attempt. */
export async function wasHeard(read: Reader, attemptId: string): Promise<boolean> {
  const attempt = await read
    .selectFrom('attempts')
    .select(['heard_machine_id', 'last_beat_at', 'closing_at'])
    .where('id', '=', attemptId)
    .executeTakeFirst()
  return attempt !== undefined && isHeard(attempt)
}

function isHeard(attempt: { heard_machine_id: string | null; last_beat_at: string | null; closing_at: string | null }): boolean {
  return attempt.heard_machine_id !== null || attempt.last_beat_at !== null || attempt.closing_at !== null
}

/** A machine was given up that never spoke: after several in a row a person is asked, and until then nothing is made. */
export async function noteBootFailure(tx: Tx, cause: Cause): Promise<void> {
  const failures = await failuresInARow(tx)
  if (failures < bootsBeforeAsking) return
  const evidence = `${failures} machines in a row were made and never spoke; of the last one: ${cause.why}`
  await openAttention(tx, { ...need, evidence, tried: `${failures} machines, one after another` }, cause.at, cause.byWhom)
}

/** A machine spoke: they boot again. */
export async function noteBoot(tx: Tx, { at, byWhom }: Pick<Cause, 'at' | 'byWhom'>): Promise<void> {
  await closeAttention(tx, need, { at, resolution: 'a machine spoke', byWhom })
}

/** The newest attempts that had a machine and closed without a word of it; it counts anew after a word, or after a person's. */
async function failuresInARow(read: Reader): Promise<number> {
  const since = await resolvedAt(read)
  const rows = await read
    .selectFrom('attempts as a')
    .innerJoin('workers as w', 'w.attempt_id', 'a.id')
    .select(['a.closed_at', 'a.heard_machine_id', 'a.last_beat_at', 'a.closing_at'])
    .where('w.machine_id', 'is not', null)
    .orderBy('a.opened_at', 'desc')
    .limit(looksBack)
    .execute()
  let count = 0
  for (const row of rows) {
    if (isHeard(row)) break
    if (row.closed_at !== null && row.closed_at > since) count += 1
  }
  return count
}

async function resolvedAt(read: Reader): Promise<string> {
  const row = await read
    .selectFrom('attention')
    .select(eb => eb.fn.max('resolved_at').as('at'))
    .where('subject', '=', need.subject)
    .where('cause', '=', need.cause)
    .executeTakeFirst()
  return row?.at ?? ''
}
