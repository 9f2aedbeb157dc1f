import { Problem } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { bindMachine, sinkAttempt } from '../../ledger/attempts.ts'
import { noteBoot } from '../../ledger/boot-failures.ts'
import { beginCost } from '../../ledger/costs.ts'
import { forgetHeard, hearBeat, hearClosing, hearLeftBehind, hearOutcome } from '../../ledger/heard.ts'
import type { Tx } from '../../ledger/ledger.ts'
import { moveBatch, moveWorker, type Cause } from '../../ledger/move-state.ts'
import { closeAttention, openAttention } from '../../ledger/attention.ts'
import { unheardRuns } from '../../ledger/unheard-runs.ts'
import { setAddress, setHeldSince, tellToStop } from '../../ledger/workers.ts'
import type { Action, Listed } from './plan.ts'

/** Does one action: one transaction each. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  if (action.kind === 'hear') return hear(action, deps)
  if (action.kind === 'note-address') {
    return deps.ledger.write(tx => setAddress(tx, action.workerName, action.machineId, action.address))
  }
  const at = deps.clock()
  const cause = { at, byWhom: 'watch', taxId: action.chargedTaxId }
  await deps.ledger.write(tx => settle(tx, action, cause, deps))
  if (action.kind === 'lapse' || action.kind === 'hold') {
    deps.log.warn(action.kind === 'lapse' ? 'worker lapsed' : 'worker held', {
      taxId: action.chargedTaxId,
      worker: action.workerName,
      why: action.why,
    })
  }
}

type Bare = Omit<Cause, 'why'>
type Settled = Exclude<Action, { kind: 'hear' | 'note-address' }>

async function settle(tx: Tx, action: Settled, cause: Bare, deps: Deps): Promise<void> {
  switch (action.kind) {
    case 'bind':
      return bind(tx, action, action.machine, cause)
    case 'register':
      return register(tx, action, cause)
    case 'forget-heard':
      return forgetHeard(tx, action.attemptId, action.machineId)
    case 'finish':
      await moveBatch(tx, action.batchId, { seen: 'started', event: 'finish' }, { ...cause, why: 'its agent closed' })
      return
    case 'tell-to-stop':
      return tellToStop(tx, action.attemptId, action.why)
    case 'hold':
      return hold(tx, action, cause)
    case 'end-hold':
      return endHold(tx, action.workerName, cause)
    case 'lapse':
    case 'sink-orphaned':
      return sink(tx, action, cause, deps)
  }
}

/** The attempt of a worker that lapses now, or that is ending already. */
async function sink(
  tx: Tx,
  action: Extract<Action, { kind: 'lapse' | 'sink-orphaned' }>,
  cause: Bare,
  deps: Deps,
): Promise<void> {
  const { attemptId, batchId, batchState, sunkAttempts, workerName, workerState } = action
  const lapses = action.kind === 'lapse'
  const worker = { name: workerName, state: workerState, event: lapses ? ('lapse' as const) : undefined }
  const batch = { id: batchId, state: batchState, sunkAttempts }
  const hadMachine = lapses || action.hadMachine
  const booted = !lapses || action.booted
  const why = lapses ? action.why : 'its machine is gone'
  await sinkAttempt(tx, { attemptId, worker, batch, hadMachine, booted, maxAttempts: deps.policy.maxAttempts }, { ...cause, why })
}

/** Reads on the machine itself what its callbacks did not bring, and writes it down as they would have. */
async function hear({ attemptId, machineId, address, hostKey }: Extract<Action, { kind: 'hear' }>, deps: Deps): Promise<void> {
  const unheard = await unheardRuns(deps.ledger.read, attemptId)
  const peek = await deps.collector.peek({ attemptId, machineId, address, hostKey }, unheard)
  if (peek.kind === 'unreachable') return
  const { standing, closing, handedOver } = peek
  const speaker = { attemptId, machineId, at: deps.clock() }
  const saidOutcomes = standing?.outcomes ?? []
  const leftBehind = [...saidOutcomes, ...(closing?.outcomes ?? []), ...handedOver]
  await deps.ledger.write(async tx => {
    if (standing !== undefined) await hearBeat(tx, speaker, standing.beat, standing.progress)
    // A document that speaks of runs it was not given is believed in the rest only.
    for (const outcome of saidOutcomes) await hearOutcome(tx, speaker, outcome).catch(ignoreBadInput)
    if (closing !== undefined) await hearClosing(tx, speaker, closing)
    for (const outcome of handedOver) await hearOutcome(tx, speaker, outcome).catch(ignoreBadInput)
    await hearLeftBehind(tx, speaker, leftBehind)
  })
}

function ignoreBadInput(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== 'bad-input') throw error
}

async function bind(
  tx: Tx,
  action: { workerName: string; attemptId: string; chargedTaxId: number },
  machine: Listed,
  cause: Bare,
): Promise<void> {
  const why = `found as ${machine.id} by its tag`
  if (!(await moveWorker(tx, action.workerName, { seen: 'requested', event: 'created' }, { ...cause, why }))) return
  await bindMachine(tx, action.attemptId, action.workerName, machine)
  await beginCost(tx, {
    machineId: machine.id,
    workerName: action.workerName,
    attemptId: action.attemptId,
    chargedTaxId: action.chargedTaxId,
    price: machine.price,
    from: new Date(machine.createdAtMs),
  })
}

/** The first-heard listed machine is bound, the worker works, its batch is started: together. */
async function register(tx: Tx, action: Extract<Action, { kind: 'register' }>, cause: Bare): Promise<void> {
  if (action.workerState === 'requested' && action.machine !== undefined) await bind(tx, action, action.machine, cause)
  const why = 'its agent registered'
  if (
    !(await moveWorker(
      tx,
      action.workerName,
      { seen: 'booting', event: 'register' },
      { ...cause, why },
      { last_heard_at: cause.at.toISOString() },
    ))
  )
    return
  await noteBoot(tx, cause)
  await moveBatch(tx, action.batchId, { seen: 'assigned', event: 'start' }, { ...cause, why })
}

async function endHold(tx: Tx, workerName: string, { at, byWhom }: Bare): Promise<void> {
  await setHeldSince(tx, workerName, null)
  const how = { at, resolution: 'what it held is at home', byWhom }
  await closeAttention(tx, { subject: 'machine', subjectId: workerName, cause: 'held' }, how)
}

async function hold(tx: Tx, action: Extract<Action, { kind: 'hold' }>, cause: Bare): Promise<void> {
  await setHeldSince(tx, action.workerName, cause.at)
  const need = {
    subject: 'machine' as const,
    subjectId: action.workerName,
    cause: 'held',
    evidence: `${action.why}, and it holds results that are not yet at home`,
    tried: 'collecting from it goes on',
  }
  await openAttention(tx, need, cause.at, cause.byWhom)
}
