import type { Deps } from '../../deps.ts'
import { closeAttempt } from '../../ledger/attempts.ts'
import { closeAttention, openAttention } from '../../ledger/attention.ts'
import { endCost, isClosed, noteDeletionAsked, resumeCost } from '../../ledger/costs.ts'
import { moveWorker } from '../../ledger/move-state.ts'
import { liveWorkers, noteDestroyAsked, setHeldSince } from '../../ledger/workers.ts'
import type { Action } from './plan.ts'

const byWhom = 'destroy'

/** Does one action. A machine counts as destroyed only when the provider says that it is gone. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  const at = deps.clock()
  const cause = { at, byWhom, taxId: action.chargedTaxId }
  switch (action.kind) {
    case 'dismiss':
      await deps.ledger.write(async tx => {
        const { workerName, workerState, why } = action
        if (!(await moveWorker(tx, workerName, { seen: workerState, event: 'dismiss' }, { ...cause, why }, { ending: why })))
          return
        await closeAttempt(tx, action.attemptId, { ...cause, why })
      })
      return
    case 'hold':
      await deps.ledger.write(async tx => {
        await setHeldSince(tx, action.workerName, at)
        const evidence = `${action.unproved} runs on it are not yet at home`
        await openAttention(
          tx,
          { subject: 'machine', subjectId: action.workerName, cause: 'held', evidence, tried: 'collecting from it goes on' },
          at,
          byWhom,
        )
      })
      return
    case 'destroy':
      return destroyOne(action, deps, at)
  }
}

async function destroyOne(action: Extract<Action, { kind: 'destroy' }>, deps: Deps, at: Date): Promise<void> {
  const { workerName, machineId, chargedTaxId } = action
  const mayGo = await deps.ledger.write(async tx => {
    // What was left behind on it may have been heard of since it was seen: then it is brought home first.
    const live = (await liveWorkers(tx)).find(({ worker }) => worker.name === workerName)
    if (live?.unproved !== 0) return false
    await noteDestroyAsked(tx, workerName, at)
    await noteDeletionAsked(tx, machineId, at)
    return true
  })
  if (!mayGo) return
  const answer = await deps.provider.destroy(machineId)
  deps.effect('deletion asked for')
  if (answer !== 'gone') {
    // It was found gone before, and is there after all.
    if (await isClosed(deps.ledger.read, machineId)) await deps.ledger.write(tx => resumeCost(tx, machineId))
    return
  }
  const gone = await deps.ledger.write(async tx => {
    const cause = { at, why: 'the provider says it is gone', byWhom, taxId: chargedTaxId }
    if (!(await moveWorker(tx, workerName, { seen: 'destroying', event: 'confirmGone' }, cause))) return false
    await setHeldSince(tx, workerName, null)
    await endCost(tx, machineId, at)
    await closeAttention(tx, { subject: 'machine', subjectId: workerName }, { at, resolution: 'the machine is gone', byWhom })
    return true
  })
  if (!gone) return
  deps.log.say('worker gone', { taxId: chargedTaxId, worker: workerName })
}
