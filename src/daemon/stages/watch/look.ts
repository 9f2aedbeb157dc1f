import { bootFailed, type ClosingDocument } from '../../../api/closing.ts'
import { atOnce } from '../../../core/at-once.ts'
import type { PeekResult } from '../../../transfer/collector.ts'
import { Problem } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { orphanedAttempts } from '../../ledger/attempts.ts'
import { graceUntil } from '../../ledger/grace.ts'
import { unheardRuns } from '../../ledger/unheard-runs.ts'
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
  const workers = await atOnce(live, deps.transfersAtOnce, async one =>
    toWatched(one, machines, await peekAt(one, machines, deps, clock().getTime())),
  )
  return { workers, orphaned, graceUntilMs }
}

function toWatched({ worker, attempt, batch, unproved }: LiveWorker, machines: Machine[] | undefined, peek: Peeked): Watched {
  return {
    workerName: worker.name,
    workerState: worker.state,
    attemptId: attempt.id,
    attemptOpen: attempt.closed_at === null,
    batchId: batch.id,
    batchState: batch.state,
    sunkAttempts: batch.sunk_attempts,
    chargedTaxId: batch.charged_tax_id,
    machineId: worker.machine_id ?? undefined,
    address: worker.address ?? undefined,
    hostKey: attempt.host_key ?? undefined,
    heardMachineId: attempt.heard_machine_id ?? undefined,
    heardAtMs: toMs(attempt.heard_at),
    listed: machines
      ?.filter(machine => machine.attemptId === attempt.id && machine.name === worker.name)
      .map(({ id, address, status, price, createdAt }) => ({ id, address, status, price, createdAtMs: createdAt.getTime() })),
    closingHeard: attempt.closing_json !== null,
    whyNotBooted: whyNotBooted(attempt.closing_json),
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

/** Of a machine whose boot failed and that could say so: the end of what it said. */
function whyNotBooted(closingJson: string | null): string | undefined {
  if (closingJson === null) return undefined
  const { ending, logTail } = JSON.parse(closingJson) as ClosingDocument
  return ending === bootFailed ? logTail.slice(-500) : undefined
}

function toMs(instant: string | null): number | undefined {
  return instant === null ? undefined : Date.parse(instant)
}

/** Asks the machine itself when its callbacks are late, it was told to stop or no longer runs; never when all is said. */
async function peekAt(one: LiveWorker, machines: Machine[] | undefined, deps: Deps, nowMs: number): Promise<Peeked> {
  const { worker, attempt } = one
  if (worker.machine_id === null || worker.address === null) return { kind: 'not-asked' }
  const urgency = urgencyOf(one, machines, deps, nowMs)
  if (urgency === 'none') return { kind: 'not-asked' }
  const unheard = await unheardRuns(deps.ledger.read, attempt.id)
  if (urgency === 'over' && unheard.length === 0) return { kind: 'not-asked' }
  const hostKey = attempt.host_key ?? undefined
  const place = { attemptId: attempt.id, address: worker.address, machineId: worker.machine_id, hostKey }
  // An agent at work tells of its runs itself; what lies there counts before a machine is given up.
  const peek = await deps.collector.peek(place, urgency === 'late' ? [] : unheard).catch(orAwaited)
  if (peek.kind !== 'read') return peek
  const isNews = urgency === 'over' ? leavesMore(peek, unheard) : tellsMore(peek, unheard, attempt.progress_json)
  return { kind: 'read', isNews }
}

/** A collector elsewhere that has not told what it saw asks for patience. */
function orAwaited(error: unknown): { kind: 'awaited' } {
  if (error instanceof Problem && error.code === 'slow-down') return { kind: 'awaited' }
  throw error
}

/** `late`: its word is asked for · `ending`: it may be given up in this pass · `over`: its attempt is, and only what lies there counts. */
type Urgency = 'none' | 'late' | 'ending' | 'over'

function urgencyOf(one: LiveWorker, machines: Machine[] | undefined, { policy, boot }: Deps, nowMs: number): Urgency {
  const { worker, attempt, batch } = one
  // A person who cancels gives up what lies there.
  if (attempt.closed_at !== null) return batch.state === 'cancelled' ? 'none' : 'over'
  if (!isAwaited(one)) return 'none'
  const silentMs = nowMs - (toMs(attempt.last_beat_at) ?? 0)
  const isOff = machines?.some(machine => machine.id === worker.machine_id && machine.status === 'off')
  if (isOff || attempt.failed_why !== null || silentMs > policy.leaseSeconds * 1000) return 'ending'
  return silentMs < 2 * boot.beatSeconds * 1000 ? 'none' : 'late'
}

function isAwaited({ attempt, batch }: LiveWorker): boolean {
  return (batch.state === 'assigned' || batch.state === 'started') && attempt.closing_json === null
}

type Read = Extract<PeekResult, { kind: 'read' }>

function tellsMore({ standing, closing, handedOver }: Read, unheard: readonly string[], progressJson: string | null): boolean {
  const knownBeat = progressJson === null ? undefined : (JSON.parse(progressJson) as { beat?: number }).beat
  if (standing !== undefined && standing.beat !== knownBeat) return true
  // The beat may have been heard by callback, and the word on a run beside it been lost.
  const isNewWord = (standing?.outcomes ?? []).some(outcome => unheard.includes(outcome.runAccession))
  return isNewWord || closing !== undefined || handedOver.length > 0
}

function leavesMore({ standing, closing, handedOver }: Read, unheard: readonly string[]): boolean {
  const said = [...(standing?.outcomes ?? []), ...(closing?.outcomes ?? []), ...handedOver]
  return said.some(({ outcome, runAccession }) => outcome === 'done' && unheard.includes(runAccession))
}
