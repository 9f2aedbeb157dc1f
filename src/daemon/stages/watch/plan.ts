import { bootFailedWhy } from '../../../core/boot-failed.ts'
import type { BatchState } from '../../../core/batch-state.ts'
import type { Price } from '../../../core/cost.ts'
import { isLapsed } from '../../../core/lease.ts'
import type { Policy } from '../../../core/policy.ts'
import type { WorkerState } from '../../../core/worker-state.ts'

/** A machine that carries the attempt's tag. */
export interface Listed {
  id: string
  address: string | undefined
  status: 'new' | 'active' | 'off'
  price: Price
  createdAtMs: number
}

/** What the machine itself says, where it was asked. */
export type Peeked =
  | { kind: 'not-asked' }
  | { kind: 'unreachable'; why: string }
  /** A collector elsewhere was to look, and has not told what it saw: nothing ends before it has. */
  | { kind: 'awaited' }
  /** `isNews`: it says something that the ledger does not know. */
  | { kind: 'read'; isNews: boolean }

/** A worker that is not destroyed, with all that is known of it. Instants are milliseconds. */
export interface Watched {
  workerName: string
  workerState: WorkerState
  attemptId: string
  /** False: another attempt may hold its batch by now, and only what lies on its machine counts. */
  attemptOpen: boolean
  batchId: string
  batchState: BatchState
  sunkAttempts: number
  chargedTaxId: number
  machineId: string | undefined
  address: string | undefined
  /** The machine's ssh host key; undefined where machines are folders. */
  hostKey: string | undefined
  /** The first machine heard of, while none is bound. */
  heardMachineId: string | undefined
  heardAtMs: number | undefined
  /** Machines of this attempt's tag; undefined when the provider could not be asked. */
  listed: Listed[] | undefined
  closingHeard: boolean
  /** Its boot failed, and this is what it said of that; undefined: it did not, or could not say so. */
  whyNotBooted: string | undefined
  unproved: number
  changedAtMs: number
  lastBeatAtMs: number | undefined
  progressAtMs: number | undefined
  deadlineAtMs: number
  /** It was told to stop: why, and since when its grace runs. */
  toldToStop: boolean
  /** It is known to hold results that are not yet at home. */
  held: boolean
  peek: Peeked
}

/** What `look` saw. */
export interface Seen {
  workers: Watched[]
  /** Attempts still open though their worker is ending or gone. */
  orphaned: {
    attemptId: string
    workerName: string
    workerState: WorkerState
    batchId: string
    batchState: BatchState
    sunkAttempts: number
    chargedTaxId: number
    hadMachine: boolean
  }[]
  /** After an absence of ours nothing lapses before this instant. */
  graceUntilMs: number
}

interface Subject {
  workerName: string
  attemptId: string
  chargedTaxId: number
}

export type Action =
  | (Subject & { kind: 'hear'; machineId: string; address: string; hostKey: string | undefined })
  /** The provider told its address only now, or another one. */
  | (Subject & { kind: 'note-address'; machineId: string; address: string })
  | (Subject & { kind: 'bind'; machine: Listed })
  | (Subject & { kind: 'register'; batchId: string; workerState: 'requested' | 'booting'; machine: Listed | undefined })
  | (Subject & { kind: 'forget-heard'; machineId: string })
  | (Subject & { kind: 'finish'; batchId: string })
  | (Subject & { kind: 'tell-to-stop'; why: string })
  | (Subject & {
      kind: 'lapse'
      workerState: WorkerState
      batchId: string
      batchState: BatchState
      sunkAttempts: number
      /** False: it said itself that its agent never began. */
      booted: boolean
      why: string
    })
  | (Subject & { kind: 'hold'; why: string })
  /** What it was held for is at home. */
  | (Subject & { kind: 'end-hold' })
  | (Subject & {
      kind: 'sink-orphaned'
      workerState: WorkerState
      batchId: string
      batchState: BatchState
      sunkAttempts: number
      hadMachine: boolean
    })

/** Settles what agents said, and notices those that say nothing. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const nowMs = now.getTime()
  const orphaned = seen.orphaned.map((one): Action => ({ ...one, kind: 'sink-orphaned' }))
  return [...orphaned, ...seen.workers.flatMap(worker => watchOne(worker, seen.graceUntilMs, policy, nowMs))]
}

function watchOne(worker: Watched, graceUntilMs: number, policy: Policy, nowMs: number): Action[] {
  const { workerName, attemptId, chargedTaxId } = worker
  const subject = { workerName, attemptId, chargedTaxId }
  const first = newAddress(worker, subject) ?? newsOf(worker, subject) ?? endOfHold(worker, subject)
  if (first !== undefined) return [first]
  switch (worker.workerState) {
    case 'requested':
      return watchRequested(worker, subject, policy, nowMs)
    case 'booting':
      return watchBooting(worker, subject, graceUntilMs, policy, nowMs)
    case 'working':
      return watchWorking(worker, subject, graceUntilMs, policy, nowMs)
    case 'destroying':
    case 'destroyed':
      return []
  }
}

// A machine is often made before it has an address.
function newAddress({ machineId, address, listed }: Watched, subject: Subject): Action | undefined {
  const machine = listed?.find(({ id }) => id === machineId)
  if (machine?.address === undefined || machine.address === address) return undefined
  return { ...subject, kind: 'note-address', machineId: machine.id, address: machine.address }
}

// News first: the next pass decides by it.
function newsOf({ machineId, address, hostKey, peek }: Watched, subject: Subject): Action | undefined {
  const isNews = peek.kind === 'read' && peek.isNews && machineId !== undefined && address !== undefined
  return isNews ? { ...subject, kind: 'hear', machineId, address, hostKey } : undefined
}

function endOfHold({ workerState, held, unproved }: Watched, subject: Subject): Action | undefined {
  const isAlive = workerState === 'booting' || workerState === 'working'
  return isAlive && held && unproved === 0 ? { ...subject, kind: 'end-hold' } : undefined
}

function watchRequested(worker: Watched, subject: Subject, policy: Policy, nowMs: number): Action[] {
  const listed = worker.listed ?? []
  const { heardMachineId } = worker
  if (heardMachineId === undefined) return bindSilent(worker, listed, subject, policy, nowMs)
  const heard = listed.find(machine => machine.id === heardMachineId)
  if (heard !== undefined)
    return [{ ...subject, kind: 'register', batchId: worker.batchId, workerState: 'requested', machine: heard }]
  const waitedLong = worker.heardAtMs !== undefined && nowMs - worker.heardAtMs > policy.listLagSeconds * 1000
  return worker.listed !== undefined && waitedLong ? [{ ...subject, kind: 'forget-heard', machineId: heardMachineId }] : []
}

// Nobody spoke yet: the one machine that carries our tag is ours. Of several, the first that speaks is taken; when none ever
// spoke, one is taken so that it can lapse, and the others are strays.
function bindSilent(worker: Watched, listed: Listed[], subject: Subject, policy: Policy, nowMs: number): Action[] {
  const [first] = listed
  if (first === undefined) return []
  const isTaken = listed.length === 1 || isLapsed(worker.changedAtMs, policy.bootSeconds, nowMs)
  return isTaken ? [{ ...subject, kind: 'bind', machine: first }] : []
}

function watchBooting(worker: Watched, subject: Subject, graceUntilMs: number, policy: Policy, nowMs: number): Action[] {
  if (worker.whyNotBooted !== undefined) return notBooted(worker, subject, worker.whyNotBooted)
  const hasSpoken = worker.lastBeatAtMs !== undefined || worker.closingHeard
  if (worker.heardMachineId === worker.machineId || hasSpoken) {
    return [{ ...subject, kind: 'register', batchId: worker.batchId, workerState: 'booting', machine: undefined }]
  }
  const isSilent = isLapsed(Math.max(worker.changedAtMs, graceUntilMs), policy.bootSeconds, nowMs)
  if (isSilent || hasDied(worker, graceUntilMs, nowMs))
    return end(worker, subject, isSilent ? 'it never spoke after it was made' : 'it died before it spoke')
  return []
}

function watchWorking(worker: Watched, subject: Subject, graceUntilMs: number, policy: Policy, nowMs: number): Action[] {
  const outOfReach = isOutOfReach(worker, graceUntilMs, policy, nowMs)
  if (worker.batchState !== 'started') return outOfReach && worker.unproved > 0 ? end(worker, subject, noAddress) : []
  if (worker.whyNotBooted !== undefined) return notBooted(worker, subject, worker.whyNotBooted)
  if (worker.closingHeard) return worker.attemptOpen ? [{ ...subject, kind: 'finish', batchId: worker.batchId }] : []
  const why = outOfReach ? noAddress : whyLost(worker, graceUntilMs, policy, nowMs)
  return why === undefined ? urge(worker, subject, graceUntilMs, policy, nowMs) : end(worker, subject, why)
}

function whyLost(worker: Watched, graceUntilMs: number, policy: Policy, nowMs: number): string | undefined {
  if (hasDied(worker, graceUntilMs, nowMs)) return 'its agent died without closing'
  // Where not even the provider can be asked, the silence may be of our own line.
  if (worker.listed === undefined) return undefined
  const heardMs = Math.max(worker.lastBeatAtMs ?? worker.changedAtMs, graceUntilMs)
  return isLapsed(heardMs, policy.leaseSeconds, nowMs) ? 'it fell silent' : undefined
}

/** It speaks, but is late or makes no progress: it is told to stop, and ended when it does not. */
function urge(worker: Watched, subject: Subject, graceUntilMs: number, policy: Policy, nowMs: number): Action[] {
  const progressMs = Math.max(worker.progressAtMs ?? worker.changedAtMs, graceUntilMs)
  // The agent ends a stalled or late pipeline by itself; it is told only when it has not.
  const deadlineMs = Math.max(worker.deadlineAtMs, graceUntilMs)
  const isLate = isLapsed(deadlineMs, policy.graceSeconds, nowMs)
  const isStalled = isLapsed(progressMs, policy.progressSeconds + policy.graceSeconds, nowMs)
  if (!isLate && !isStalled) return []
  const why = isLate ? 'it is past its deadline' : 'it made no progress'
  if (!worker.toldToStop) return [{ ...subject, kind: 'tell-to-stop', why }]
  // Past the deadline it has no more time, however much its numbers move.
  const isDeaf =
    isLapsed(progressMs, policy.progressSeconds + 3 * policy.graceSeconds, nowMs) ||
    isLapsed(deadlineMs, 3 * policy.graceSeconds, nowMs)
  return isDeaf ? end(worker, subject, `${why}, and it did not stop when told to`) : []
}

const noAddress = 'it has no address, so that nothing can be fetched from it'

// An agent may call while the provider still has no address to tell; what it makes could not be brought home.
function isOutOfReach(worker: Watched, graceUntilMs: number, policy: Policy, nowMs: number): boolean {
  if (worker.address !== undefined || worker.listed === undefined) return false
  return isLapsed(Math.max(worker.changedAtMs, graceUntilMs), policy.bootSeconds, nowMs)
}

// The provider says that nothing runs in it any more, and it was asked itself and has nothing new to say.
function hasDied(worker: Watched, graceUntilMs: number, nowMs: number): boolean {
  const machine = worker.listed?.find(listed => listed.id === worker.machineId)
  return machine?.status === 'off' && worker.peek.kind === 'read' && nowMs >= graceUntilMs
}

// It may have registered before that went wrong, to be able to say so.
function notBooted(worker: Watched, subject: Subject, why: string): Action[] {
  return end(worker, subject, `${bootFailedWhy}: ${why}`)
}

/** What a manifest was heard of is brought home first; only a machine without such results lapses. */
function end(worker: Watched, subject: Subject, why: string): Action[] {
  if (worker.peek.kind === 'awaited') return []
  if (worker.unproved > 0) return worker.held ? [] : [{ ...subject, kind: 'hold', why }]
  const { workerState, batchId, batchState, sunkAttempts } = worker
  return [
    { ...subject, kind: 'lapse', workerState, batchId, batchState, sunkAttempts, booted: worker.whyNotBooted === undefined, why },
  ]
}
