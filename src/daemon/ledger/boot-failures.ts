import { bootFailedWhy } from '../../core/boot-failed.ts'
import { closeAttention, openAttention } from './attention.ts'
import type { Reader, Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'

/** So many machines in a row that never come to work, and a person is asked before another is made: each of them costs money. */
export const bootsBeforeAsking = 2
/** No more of the newest attempts are looked at. */
const looksBack = 20

const need = { subject: 'installation', subjectId: 'installation', cause: 'boot-failed' } as const

/** A machine was given up that never came to work: after several in a row a person is asked, and until then nothing is made. */
export async function noteBootFailure(tx: Tx, cause: Cause): Promise<void> {
  const failures = await failuresInARow(tx)
  if (failures < bootsBeforeAsking) return
  const evidence = `${failures} machines in a row were made and never came to work; of the last one: ${cause.why}`
  await openAttention(tx, { ...need, evidence, tried: `${failures} machines, one after another` }, cause.at, cause.byWhom)
}

/** An agent registered: machines boot again. */
export async function noteBoot(tx: Tx, { at, byWhom }: Pick<Cause, 'at' | 'byWhom'>): Promise<void> {
  await closeAttention(tx, need, { at, resolution: 'a machine came to work', byWhom })
}

/** The newest attempts that had a machine and closed before its agent had registered; it counts anew after one that had, or after a person's word. */
async function failuresInARow(read: Reader): Promise<number> {
  const since = await resolvedAt(read)
  const rows = await read
    .selectFrom('attempts as a')
    .innerJoin('workers as w', 'w.attempt_id', 'a.id')
    .select(['a.closed_at', 'a.closed_why', 'w.last_heard_at'])
    .where('w.machine_id', 'is not', null)
    .orderBy('a.opened_at', 'desc')
    .limit(looksBack)
    .execute()
  let count = 0
  for (const row of rows) {
    if (row.last_heard_at !== null && !row.closed_why.startsWith(bootFailedWhy)) break
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
