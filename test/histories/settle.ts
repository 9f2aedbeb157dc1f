import type { Deps } from '../../src/daemon/deps.ts'
import { noteRound } from '../../src/daemon/ledger/grace.ts'
import { stepAgents } from './agents.ts'
import { noFaults } from './faults.ts'
import { applyOne, planOf, type AnyStage } from './pass-on.ts'
import { reportAgain, resolveEverything, resumeEverything, retryEverything, trackEverything } from './people.ts'
import type { World } from './world.ts'

/** Rounds after which a history that has not settled is a bad one. */
const settlingRounds = 300
const roundMs = 45_000
/** The time between rounds grows so often, and by then no wait of a stage is longer. */
const idleRoundsAtEnd = 4
/** The storage host comes back only after this time in some histories: by then what vanished was given up. */
const withoutCollectorMs = 600_000

/** Heartbeats, ever more rarely while nothing happens. The world behaves; whatever was begun must come to an end. A person resolves what asks for one. */
export async function settle(world: World, deps: Deps, stages: readonly AnyStage[]): Promise<void> {
  const { ledger, policy } = deps
  await behave(world, deps)
  let idleRounds = 0
  for (let round = 0; round < settlingRounds && idleRounds <= idleRoundsAtEnd; round += 1) {
    await noteRound(ledger, world.now(), policy.periodSeconds, policy.graceSeconds, true)
    const done = await passAll(stages, deps)
    const someoneSpoke = await stepAgents(world, ledger)
    await resolveEverything(ledger, world)
    idleRounds = done > 0 || someoneSpoke ? 0 : idleRounds + 1
    // Where nothing happens, time is what is waited for; a greater step would be an absence, and be forgiven.
    world.nowMs += roundMs * 3 ** idleRounds
  }
}

async function behave(world: World, { ledger }: Deps): Promise<void> {
  world.dieIn = undefined
  world.faults = noFaults
  world.collectorAwayUntilMs = 0
  if (world.temper === 'vanishing') {
    world.collectorAwayUntilMs = world.nowMs + withoutCollectorMs
    await reportAgain(ledger)
  }
  if (world.chance.happens(0.8)) await trackEverything(ledger, world)
  await resumeEverything(ledger, world)
  await retryEverything(ledger, world)
}

/** Every stage once; how much there was to do. */
async function passAll(stages: readonly AnyStage[], deps: Deps): Promise<number> {
  let done = 0
  for (const stage of stages) {
    const planned = await planOf(stage, deps)
    for (const one of planned) await applyOne(one, deps)
    done += planned.length
  }
  return done
}
