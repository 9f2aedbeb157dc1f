import { bootFailed, type ClosingDocument, type Progress, type RunOutcome } from '../../api/closing.ts'
import { Problem } from '../../core/problem.ts'
import type { Tx } from './ledger.ts'

/*
 * What an agent says, by callback or by the documents on its machine: facts of one attempt. Only `watch` acts on them. Each function may
 * be called again with the same words. `closed`: the attempt is over, or the machine is not the one that is bound to it; the agent is
 * told to stop. `unbound`: no machine is bound to the attempt yet, so only the first machine id that is heard is kept.
 */

/** Who speaks, and when it was received. */
export interface Speaker {
  attemptId: string
  machineId: string
  at: Date
}

export type Hearing = 'closed' | 'unbound' | 'bound'

/** An agent begins: keeps the first machine id heard of the attempt. */
export async function hearRegister(tx: Tx, speaker: Speaker): Promise<Hearing> {
  const attempt = await openAttemptOf(tx, speaker.attemptId)
  if (attempt === undefined) return 'closed'
  if (attempt.machine_id !== null && attempt.machine_id !== speaker.machineId) return 'closed'
  await tx
    .updateTable('attempts')
    .set({ heard_machine_id: speaker.machineId, heard_at: speaker.at.toISOString() })
    .where('id', '=', speaker.attemptId)
    .where('heard_machine_id', 'is', null)
    .execute()
  return attempt.machine_id === null ? 'unbound' : 'bound'
}

/** Forgets a first-heard machine that turned out not to be listed, so that the next one to register takes its place. */
export async function forgetHeard(tx: Tx, attemptId: string, machineId: string): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ heard_machine_id: null, heard_at: null })
    .where('id', '=', attemptId)
    .where('machine_id', 'is', null)
    .where('heard_machine_id', '=', machineId)
    .execute()
}

/** The answer to a beat. */
export type HeardBeat = { hearing: 'closed' | 'unbound' } | { hearing: 'bound'; stop: boolean }

/**
 * A sign of life. A beat whose number was heard before (a repeated callback, a document that stands still) is none.
 * `progress_at` moves only when work was done: free disk and free memory change by themselves.
 */
export async function hearBeat(tx: Tx, speaker: Speaker, beat: number, progress: Progress): Promise<HeardBeat> {
  const hearing = await hearRegister(tx, speaker)
  if (hearing !== 'bound') return { hearing }
  const attempt = await tx
    .selectFrom('attempts as a')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .select(['a.progress_json', 'a.failed_why', 'b.state as batch_state'])
    .where('a.id', '=', speaker.attemptId)
    .executeTakeFirstOrThrow()
  const before = attempt.progress_json === null ? undefined : (JSON.parse(attempt.progress_json) as Partial<StoredProgress>)
  if (before?.beat !== beat) {
    const at = speaker.at.toISOString()
    const moved = before === undefined || workDone(before) !== workDone(progress)
    await tx
      .updateTable('attempts')
      .set({
        last_beat_at: at,
        progress_json: JSON.stringify({ ...progress, beat } satisfies StoredProgress),
        ...(moved ? { progress_at: at } : {}),
      })
      .where('id', '=', speaker.attemptId)
      .execute()
  }
  return { hearing: 'bound', stop: attempt.batch_state === 'cancelled' || attempt.failed_why !== null }
}

/** `attempts.progress_json`: the progress of the last beat, with its number. */
export type StoredProgress = Progress & { beat: number }

function workDone(progress: Partial<Progress>): string {
  const { phase, runsDone, runsFailed, bytesWritten, tasksEnded } = progress
  return JSON.stringify([phase, runsDone, runsFailed, bytesWritten, tasksEnded])
}

/** What became of one run: the first word stands. A run that the attempt does not hold is a `bad-input`. */
export async function hearOutcome(tx: Tx, speaker: Speaker, outcome: RunOutcome): Promise<Hearing> {
  const hearing = await hearRegister(tx, speaker)
  if (hearing !== 'bound') return hearing
  if (!(await storeOutcome(tx, speaker, outcome))) {
    throw new Problem('bad-input', `the attempt does not hold run ${outcome.runAccession}`)
  }
  return 'bound'
}

/** The closing document: the first one stands. What it says of runs makes good the outcomes that were lost on the way. */
export async function hearClosing(tx: Tx, speaker: Speaker, closing: ClosingDocument): Promise<Hearing> {
  const hearing = await hearRegister(tx, speaker)
  if (hearing !== 'bound') return hearing
  if (closing.attemptId !== speaker.attemptId) throw new Problem('bad-input', 'the closing document is of another attempt')
  // Nothing was tried of what a machine did not even begin.
  if (closing.ending !== bootFailed) for (const outcome of closing.outcomes) await storeOutcome(tx, speaker, outcome)
  const at = speaker.at.toISOString()
  await tx
    .updateTable('attempts')
    .set({ closing_json: JSON.stringify(closing), closing_at: at, last_beat_at: at })
    .where('id', '=', speaker.attemptId)
    .where('closing_json', 'is', null)
    .execute()
  return 'bound'
}

/**
 * What lies whole on the machine of an attempt that is over: a proof counts from any attempt, open or closed. The first word on a run
 * stands here too; what failed there is of no interest any more.
 */
export async function hearLeftBehind(tx: Tx, speaker: Speaker, outcomes: readonly RunOutcome[]): Promise<void> {
  const over = await tx
    .selectFrom('attempts')
    .select('id')
    .where('id', '=', speaker.attemptId)
    .where('machine_id', '=', speaker.machineId)
    .where('closed_at', 'is not', null)
    .executeTakeFirst()
  if (over === undefined) return
  for (const outcome of outcomes) if (outcome.outcome === 'done') await storeOutcome(tx, speaker, outcome)
}

/** False when the attempt does not hold the run. */
async function storeOutcome(tx: Tx, speaker: Speaker, outcome: RunOutcome): Promise<boolean> {
  const said =
    outcome.outcome === 'done'
      ? { outcome: 'done' as const, manifest_sha256: outcome.manifestSha256 }
      : { outcome: 'failed' as const, reason: outcome.reason, detail: outcome.detail, cure: outcome.cure }
  const stored = await tx
    .updateTable('attempt_runs')
    .set({ ...said, heard_at: speaker.at.toISOString() })
    .where('attempt_id', '=', speaker.attemptId)
    .where('run_accession', '=', outcome.runAccession)
    .where('outcome', '=', 'none')
    .executeTakeFirst()
  if (stored.numUpdatedRows > 0n) return true
  const held = await tx
    .selectFrom('attempt_runs')
    .select('run_accession')
    .where('attempt_id', '=', speaker.attemptId)
    .where('run_accession', '=', outcome.runAccession)
    .executeTakeFirst()
  return held !== undefined
}

function openAttemptOf(tx: Tx, attemptId: string): Promise<{ machine_id: string | null } | undefined> {
  return tx
    .selectFrom('attempts')
    .select('machine_id')
    .where('id', '=', attemptId)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}
