import type { PeekResult } from '../../collectors/collector.ts'
import type { Deps } from '../../deps.ts'
import { orphanedAttempts } from '../../ledger/attempts.ts'
import { graceUntil } from '../../ledger/grace.ts'
import { liveWorkers, type LiveWorker } from '../../ledger/workers.ts'
import type { Machine } from '../../providers/provider.ts'
import type { Peeked, Seen, Watched } from './plan.ts'

/** Reads the workers, the provider's list, and, where nothing was heard by callback, what the machine itself says. */
export async function look(deps: Deps): Promise<Seen> {
  const { ledger, provider, clock } = deps
  const live = await liveWorkers(ledger.read)
  const orphaned = (await orphanedAttempts(ledger.read)).map(({ attempt, batch, worker }) => ({
    attemptId: attempt.id,
    workerName: worker.name,
    workerState: worker.state,
    batchId: batch.id,
    batchState: batch.state,
    sunkAttempts: batch.sunk_attempts,
    chargedTaxId: batch.charged_tax_id,
    hadMachine: worker.machine_id !== null,
  }))
  const graceUntilMs = await graceUntil(ledger.read)
  if (live.length === 0) return { workers: [], orphaned, graceUntilMs }
  // A provider that cannot be asked must not stop what agents said from being settled.
  const machines = await provider.list().catch((error: unknown) => {
    deps.log.warn('the provider could not be asked', { why: String(error) })
    return undefined
  })
  const workers: Watched[] = []
  for (const one of live) workers.push(toWatched(one, machines, await peekAt(one, machines, deps, clock().getTime())))
  return { workers, orphaned, graceUntilMs }
}

function toWatched({ worker, attempt, batch, unproved }: LiveWorker, machines: Machine[] | undefined, peek: Peeked): Watched {
  return {
    workerName: worker.name,
    workerState: worker.state,
    attemptId: attempt.id,
    batchId: batch.id,
    batchState: batch.state,
    sunkAttempts: batch.sunk_attempts,
    chargedTaxId: batch.charged_tax_id,
    machineId: worker.machine_id ?? undefined,
    address: worker.address ?? undefined,
    heardMachineId: attempt.heard_machine_id ?? undefined,
    heardAtMs: toMs(attempt.heard_at),
    listed: machines
      ?.filter(machine => machine.attemptId === attempt.id && machine.name === worker.name)
      .map(({ id, address, status, microdollarsPerSecond }) => ({ id, address, status, microdollarsPerSecond })),
    closingHeard: attempt.closing_json !== null,
    unproved,
    changedAtMs: Date.parse(worker.changed_at),
    lastBeatAtMs: toMs(attempt.last_beat_at),
    progressAtMs: toMs(attempt.progress_at),
    deadlineAtMs: Date.parse(attempt.deadline_at),
    toldToStop: attempt.failed_why !== null,
    held: worker.held_since !== null,
    peek,
  }
}

function toMs(instant: string | null): number | undefined {
  return instant === null ? undefined : Date.parse(instant)
}

/** Asks the machine itself when its callbacks are late or it no longer runs; never when all is said. */
async function peekAt(
  { worker, attempt, batch }: LiveWorker,
  machines: Machine[] | undefined,
  deps: Deps,
  nowMs: number,
): Promise<Peeked> {
  if (worker.machine_id === null || worker.address === null || !isAwaited(attempt, batch)) return { kind: 'not-asked' }
  const isOff = machines?.find(machine => machine.id === worker.machine_id)?.status === 'off'
  const heardMs = toMs(attempt.last_beat_at) ?? 0
  if (!isOff && nowMs - heardMs < 2 * deps.boot.beatSeconds * 1000) return { kind: 'not-asked' }
  const place = { attemptId: attempt.id, address: worker.address, machineId: worker.machine_id }
  return onlyNews(await deps.collector.peek(place), attempt.progress_json)
}

function isAwaited(attempt: LiveWorker['attempt'], batch: LiveWorker['batch']): boolean {
  return (batch.state === 'assigned' || batch.state === 'started') && attempt.closing_json === null
}

function onlyNews(peek: PeekResult, progressJson: string | null): Peeked {
  if (peek.kind === 'unreachable') return peek
  const knownBeat = progressJson === null ? undefined : (JSON.parse(progressJson) as { beat?: number }).beat
  const isNewBeat = peek.standing !== undefined && peek.standing.beat !== knownBeat
  return { kind: 'read', isNews: isNewBeat || peek.closing !== undefined }
}
