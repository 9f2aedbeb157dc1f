import { costOf } from '../../../core/cost.ts'
import { describeError } from '../../../core/problem.ts'
import { sayDollars } from '../../../core/say-dollars.ts'
import type { AttemptFile } from '../../attempt-folders.ts'
import type { Deps } from '../../deps.ts'
import { adoptAttempt } from '../../ledger/adopt-attempt.ts'
import { adoptReceipt } from '../../ledger/adopt-receipt.ts'
import { endAdopting } from '../../ledger/adopting.ts'
import { loseResults, sinkAttempt } from '../../ledger/attempts.ts'
import { closeAttention, openAttention } from '../../ledger/attention.ts'
import { beginCost, endCost, noteDeletionAsked } from '../../ledger/costs.ts'
import { writeEvent } from '../../ledger/events.ts'
import type { Tx } from '../../ledger/ledger.ts'
import { moveWorker } from '../../ledger/move-state.ts'
import { keepForGhosts } from '../../ledger/reservations.ts'
import { forgetStray, noteStray } from '../../ledger/strays.ts'
import { liveWorkers, setHeldSince, setMissingSightings } from '../../ledger/workers.ts'
import type { Action, Charged, Listed, Owned, ToldCause } from './plan.ts'

const byWhom = 'sweep'

type StrayAction = Extract<Action, { kind: 'note-stray' | 'forget-stray' | 'report-stray' | 'destroy-stray' | 'settle-told' }>
type EndAction = Extract<Action, { kind: 'vanish' | 'results-lost' | 'never-born' | 'lapse-off' }>

/** Does one action. Before anything ends, the provider is asked about that one machine once more. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  const at = deps.clock()
  if (isAboutStray(action)) return applyToStray(action, deps, at)
  if (isEnd(action)) return endWorker(action, deps, at)
  switch (action.kind) {
    case 'note-missing':
      return deps.ledger.write(tx => setMissingSightings(tx, action.workerName, action.sightings))
    case 'adopt':
      return adopt(action.machine, action.attemptId, deps, at)
    case 'end-adopting':
      return reportReceiptsAgain(deps, at)
    case 'forget-attempt':
      return forgetAttempt(action.attemptId, deps)
    case 'reappear':
      return reappear(action, deps, at)
  }
}

function isAboutStray(action: Action): action is StrayAction {
  return 'machine' in action ? action.kind !== 'adopt' : action.kind === 'forget-stray' || action.kind === 'settle-told'
}

function isEnd(action: Action): action is EndAction {
  return 'worker' in action
}

async function endWorker(action: EndAction, deps: Deps, at: Date): Promise<void> {
  switch (action.kind) {
    case 'vanish':
      return vanish(action.worker, action.machineId, deps, at)
    case 'results-lost':
      return resultsLost(action.worker, action.machineId, deps, at)
    case 'never-born':
      return neverBorn(action.worker, deps, at)
    case 'lapse-off':
      return lapseOff(action.worker, action.machineId, deps, at)
  }
}

async function applyToStray(action: StrayAction, deps: Deps, at: Date): Promise<void> {
  switch (action.kind) {
    case 'note-stray':
      return noteOne(action.machine, action.charged, deps, at)
    case 'forget-stray':
      return action.isMissing
        ? forgetMissing(action.machineId, deps, at)
        : deps.ledger.write(tx => settleStray(tx, action.machineId, 'it has an owner', at))
    case 'report-stray':
      return reportStray(action.machine, action.cause, action.why, deps, at)
    case 'destroy-stray':
      return destroyStray(action.machine, deps, at)
    case 'settle-told': {
      const { machineId: subjectId, cause, resolution } = action
      await deps.ledger.write(tx => closeAttention(tx, { subject: 'machine', subjectId, cause }, { at, resolution, byWhom }))
      return
    }
  }
}

/** A machine costs whether anybody owns it or not: its account is kept from its birth on, for the taxon of its attempt if that is known. */
async function noteOne(machine: Listed, charged: Charged | undefined, deps: Deps, at: Date): Promise<void> {
  await deps.ledger.write(async tx => {
    await noteStray(tx, { ...machine, machineId: machine.id }, at)
    await beginCost(tx, {
      machineId: machine.id,
      workerName: machine.name,
      attemptId: charged?.attemptId ?? null,
      chargedTaxId: charged?.chargedTaxId ?? null,
      price: machine.price,
      from: new Date(machine.createdAtMs),
    })
  })
}

/** A list that does not show it says little: it is gone when the provider says so of this one machine. */
async function forgetMissing(machineId: string, deps: Deps, at: Date): Promise<void> {
  if ((await deps.provider.find(machineId)) !== 'gone') return
  await deps.ledger.write(async tx => {
    await endCost(tx, machineId, at)
    await settleStray(tx, machineId, 'the machine is gone', at)
  })
}

async function forgetAttempt(attemptId: string, deps: Deps): Promise<void> {
  await deps.collector.clearIncoming(attemptId)
  await deps.attemptFolders.remove(attemptId)
  deps.effect('attempt folder removed')
}

async function reportStray(machine: Listed, cause: ToldCause, why: string, deps: Deps, at: Date): Promise<void> {
  const evidence = `${machine.name} (${machine.id}) carries our tag; ${why}${costNow(machine, at)}`
  const tried = cause === 'will-not-go' ? 'deletion, on every pass' : 'nothing: it is left alone'
  const need = { subject: 'machine', subjectId: machine.id, cause, evidence, tried } as const
  await deps.ledger.write(tx => openAttention(tx, need, at, byWhom))
}

function costNow({ price, createdAtMs }: Listed, at: Date): string {
  if (price.microdollarsPerHour === 0) return ''
  const soFar = costOf(price, (at.getTime() - createdAtMs) / 1000)
  return `; it costs ${sayDollars(price.microdollarsPerHour * 24)} a day, ${sayDollars(soFar)} so far`
}

async function destroyStray(machine: Listed, deps: Deps, at: Date): Promise<void> {
  const now = await deps.provider.find(machine.id)
  if (now === 'unknown') return
  if (now !== 'gone') {
    if (now.keep || now.name !== machine.name) return
    await deps.ledger.write(async tx => {
      await noteDeletionAsked(tx, machine.id, at)
      await writeEvent(
        tx,
        { subject: 'machine', subjectId: machine.id, event: 'swept' },
        { at, why: `${machine.name} belongs to no worker`, byWhom },
      )
    })
    const answer = await deps.provider.destroy(machine.id)
    deps.effect('stray deletion asked for')
    if (answer !== 'gone') return
  }
  await deps.ledger.write(async tx => {
    await endCost(tx, machine.id, at)
    await settleStray(tx, machine.id, 'the machine is gone', at)
  })
  deps.log.warn('a machine that nobody owned was destroyed', { machine: machine.id, name: machine.name })
}

/** Nothing is left to be done about it, by a person neither. */
async function settleStray(tx: Tx, machineId: string, resolution: string, at: Date): Promise<void> {
  await forgetStray(tx, machineId)
  for (const cause of ['unaccounted', 'will-not-go'])
    await closeAttention(tx, { subject: 'machine', subjectId: machineId, cause }, { at, resolution, byWhom })
}

async function adopt(machine: Listed, attemptId: string, deps: Deps, at: Date): Promise<void> {
  const read = await readAttempt(machine, attemptId, deps)
  const found = await deps.provider.find(machine.id)
  if (found === 'gone' || found === 'unknown') return
  if (typeof read === 'string')
    return reportStray(machine, 'unaccounted', `it belongs to no worker of this ledger; ${read}`, deps, at)
  await deps.ledger.write(tx => adoptAttempt(tx, read, found, { at, why: 'adopted after a restore', byWhom }))
  deps.log.say('machine adopted', { taxId: read.batch.chargedTaxId, worker: read.workerName })
}

/** What the attempt left outside the ledger, or why nothing can be learned from it: one broken file must not keep the others waiting. */
async function readAttempt(machine: Listed, attemptId: string, deps: Deps): Promise<AttemptFile | string> {
  try {
    const file = await deps.attemptFolders.read(attemptId)
    if (file === undefined) return 'no attempt folder tells what it is'
    const isItsOwn = file.attemptId === attemptId && file.workerName === machine.name
    return isItsOwn ? file : `its attempt folder tells of ${file.workerName} and attempt ${file.attemptId}`
  } catch (error) {
    return `its attempt folder cannot be read: ${describeError(error).slice(0, 300)}`
  }
}

async function reportReceiptsAgain(deps: Deps, at: Date): Promise<void> {
  let count = 0
  for await (const stored of deps.collector.stored()) {
    const { deliveryId, runAccession, proved, revision, recipe, recipeIdentity } = stored
    const { relativePath, manifest, versions } = proved
    const collector = deps.collector.name
    const receipt = { id: deps.newId(), deliveryId, attemptId: null, runAccession, collector, relativePath, manifest, versions }
    await deps.ledger.write(tx =>
      adoptReceipt(tx, { receipt, revision, recipe, recipeIdentity }, { at, why: 'its receipt lies in the library', byWhom }),
    )
    count += 1
  }
  await deps.ledger.write(tx => endAdopting(tx))
  deps.log.say('the restored ledger works again', { receipts: count })
}

async function reappear(action: Extract<Action, { kind: 'reappear' }>, deps: Deps, at: Date): Promise<void> {
  const found = await deps.provider.find(action.machineId)
  if (found === 'gone' || found === 'unknown') return
  await deps.ledger.write(async tx => {
    const cause = { at, why: `the provider lists ${action.machineId} again`, byWhom, taxId: action.chargedTaxId }
    const set = { machine_id: action.machineId, address: found.address ?? null }
    if (!(await moveWorker(tx, action.workerName, { seen: 'destroyed', event: 'reappear' }, cause, set))) return
    const attemptId = found.attemptId ?? null
    await beginCost(tx, {
      machineId: found.id,
      workerName: action.workerName,
      attemptId,
      chargedTaxId: action.chargedTaxId,
      price: found.price,
      from: found.createdAt,
    })
  })
}

async function vanish(worker: Owned, machineId: string, deps: Deps, at: Date): Promise<void> {
  const found = await deps.provider.find(machineId)
  if (found !== 'gone') return
  const cause = { at, why: 'the provider no longer has its machine', byWhom, taxId: worker.chargedTaxId }
  await deps.ledger.write(async tx => {
    if (await sinkAttempt(tx, toSunk(worker, 'vanish', true, deps), cause)) await endCost(tx, machineId, at)
  })
  deps.log.warn('worker vanished', { taxId: worker.chargedTaxId, worker: worker.workerName })
}

/** Nothing is left to wait for: the machine goes its way, and its runs are worked on anew. */
async function resultsLost(worker: Owned, machineId: string, deps: Deps, at: Date): Promise<void> {
  if ((await deps.provider.find(machineId)) !== 'gone') return
  await deps.ledger.write(async tx => {
    await loseResults(tx, worker.attemptId)
    await setHeldSince(tx, worker.workerName, null)
    const why = 'the provider no longer has its machine'
    await writeEvent(
      tx,
      { subject: 'worker', subjectId: worker.workerName, event: 'results lost' },
      { at, why, byWhom, taxId: worker.chargedTaxId },
    )
  })
  deps.log.warn('results were lost with their machine', { taxId: worker.chargedTaxId, worker: worker.workerName })
}

/** Nothing runs in it, nothing was announced, and what may lie there cannot be read: it goes at once, as it is paid for. */
async function lapseOff(worker: Owned, machineId: string, deps: Deps, at: Date): Promise<void> {
  const found = await deps.provider.find(machineId)
  if (found === 'gone' || found === 'unknown' || found.status !== 'off' || found.keep) return
  const cause = { at, why: 'its machine is off', byWhom, taxId: worker.chargedTaxId }
  const sunk = await deps.ledger.write(async tx => {
    // A manifest may have been heard of since it was seen: then it is held, and a person is told.
    const live = (await liveWorkers(tx)).find(one => one.worker.name === worker.workerName)
    if (live?.unproved !== 0 || live.attempt.closing_json !== null) return false
    return sinkAttempt(tx, toSunk(worker, 'lapse', true, deps), cause)
  })
  if (sunk) deps.log.warn('worker lapsed', { taxId: worker.chargedTaxId, worker: worker.workerName, why: cause.why })
}

async function neverBorn(worker: Owned, deps: Deps, at: Date): Promise<void> {
  const cause = { at, why: 'its tag stayed empty for the whole lag window', byWhom, taxId: worker.chargedTaxId }
  await deps.ledger.write(async tx => {
    if (await sinkAttempt(tx, toSunk(worker, 'neverBorn', false, deps), cause)) await keepForGhosts(tx, worker.attemptId, at)
  })
}

function toSunk(worker: Owned, event: 'vanish' | 'neverBorn' | 'lapse', hadMachine: boolean, deps: Deps) {
  return {
    attemptId: worker.attemptId,
    worker: { name: worker.workerName, state: worker.workerState, event },
    batch: { id: worker.batchId, state: worker.batchState, sunkAttempts: worker.sunkAttempts },
    hadMachine,
    maxAttempts: deps.policy.maxAttempts,
  }
}
