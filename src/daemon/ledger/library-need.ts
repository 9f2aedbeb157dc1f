import * as v from 'valibot'
import { readInstallation, writeInstallation } from './installation.ts'
import type { Reader, Tx } from './ledger.ts'
import { isDestroyed } from './workers.ts'

const needSchema = v.object({
  attemptId: v.string(),
  runAccession: v.string(),
  /** So many bytes must be free before it is tried again. */
  freeBytes: v.number(),
  /** It is not tried again before this instant. */
  notBefore: v.string(),
})

/** A run that lies on its machine because the library has no room for it. */
export type LibraryNeed = v.InferOutput<typeof needSchema>

/** Writes down which run waits for space; the last one counts. */
export async function noteLibraryNeed(tx: Tx, need: LibraryNeed): Promise<void> {
  await writeInstallation(tx, 'library_need', JSON.stringify(need))
}

/** Nobody waits for space any more. */
export async function forgetLibraryNeed(tx: Tx): Promise<void> {
  await tx.deleteFrom('installation').where('key', '=', 'library_need').execute()
}

/** The run that waits for space; undefined when there is none, or it is no longer to be brought home. */
export async function libraryNeed(read: Reader): Promise<LibraryNeed | undefined> {
  const text = await readInstallation(read, 'library_need')
  if (text === undefined) return undefined
  const need = v.parse(needSchema, JSON.parse(text))
  const waits = await read
    .selectFrom('attempt_runs as ar')
    .innerJoin('workers as w', 'w.attempt_id', 'ar.attempt_id')
    .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .select('ar.run_accession')
    .where('ar.attempt_id', '=', need.attemptId)
    .where('ar.run_accession', '=', need.runAccession)
    .where('ar.outcome', '=', 'done')
    .where('ar.receipt_id', 'is', null)
    .where('w.state', '<>', isDestroyed)
    .where('d.state', 'in', ['batched', 'wanted'])
    .where('b.state', '<>', 'cancelled')
    .executeTakeFirst()
  return waits === undefined ? undefined : need
}
