import type { Deps } from '../../src/daemon/deps.ts'
import { noteRound } from '../../src/daemon/ledger/grace.ts'
import { stepAgents } from './agents.ts'
import { applyOne, planOf, type AnyStage, type Planned } from './pass-on.ts'
import { actAtRandom, reportAgain, skipWhatStandsInDoubt, startAfresh, type Scene } from './people.ts'
import { DaemonDied, type World } from './world.ts'

const steps = 190
/** Up to where, of 1, a step is an act of people or of the archive; they begin at 0.86. */
const busyness = { mixed: 0.91, vanishing: 0.9, failing: 0.97, busy: 0.98 }

/** What happens in a bad world, in no order; the daemon dies now and then and is started again. */
export async function misbehave(deps: Deps, stages: readonly AnyStage[], scene: Scene): Promise<void> {
  const { world } = scene
  const { periodSeconds, graceSeconds } = deps.policy
  let pending: Planned[] = []
  let isNew = false
  for (let step = 0; step < steps; step += 1) {
    try {
      if (world.chance.happens(0.06)) world.dieIn = 1 + world.chance.below(8)
      // A daemon that was started again begins with a whole round.
      if (isNew) await wholeRound(deps, stages, world)
      else pending = await oneStep(deps, stages, scene, pending)
      isNew = false
    } catch (error) {
      if (!(error instanceof DaemonDied)) throw error
      pending = []
      isNew = world.diesStoring
      if (world.diesStoring) await afterDelicateDeath(scene)
      world.diesStoring = false
      await noteRound(deps.ledger, world.now(), periodSeconds, graceSeconds)
    }
  }
}

/** One thing happens: a look and plan, an old action, an agent's step, an act of people, a machine lost, or time. */
async function oneStep(deps: Deps, stages: readonly AnyStage[], scene: Scene, pending: Planned[]): Promise<Planned[]> {
  const { world } = scene
  const what = world.chance.next()
  const stage = world.chance.pick(stages)
  if (what < 0.03) await wholeRound(deps, stages, world)
  else if (what < 0.22 && stage !== undefined) await applyAll(world, await planOf(stage, deps), deps)
  else if (what < 0.32 && stage !== undefined) return [...pending, ...(await planOf(stage, deps))]
  else if (what < 0.42) {
    // Some of what was planned, maybe long ago: by now it may be stale.
    await applyAll(world, pending.slice(0, 4), deps)
    return pending.slice(4)
  } else if (what < 0.86) {
    await stepAgents(world, deps.ledger)
    loseMachines(world)
  } else if (what < busyness[world.temper]) await actAtRandom(scene)
  passTime(world)
  return pending
}

function passTime(world: World): void {
  world.nowMs += world.chance.happens(0.08) ? 60_000 + world.chance.below(900_000) : world.chance.below(30_000)
}

async function wholeRound(deps: Deps, stages: readonly AnyStage[], world: World): Promise<void> {
  for (const stage of stages) await applyAll(world, await planOf(stage, deps), deps)
}

async function applyAll(world: World, planned: readonly Planned[], deps: Deps): Promise<void> {
  for (const one of planned) {
    // Stored and not acknowledged: the most delicate moment to die.
    if (one.stage.name === 'collect' && world.chance.happens(world.faults.diesStoring)) {
      world.dieIn = 1
      world.diesStoring = true
    }
    await applyOne(one, deps)
    world.diesStoring = false
  }
}

/** After a death between storing and acknowledging, sometimes the worst follows. */
async function afterDelicateDeath(scene: Scene): Promise<void> {
  const { world } = scene
  // The machines vanish while the storage host is away.
  if (world.temper === 'vanishing') {
    world.blackOut(500_000 + world.chance.below(3_000_000))
    if (world.chance.happens(0.4)) await reportAgain(scene.ledger)
    return
  }
  if (world.chance.happens(0.2)) return
  // Or people take the ledger for broken: they give up what was under way, and have receipts reported again.
  if (world.chance.happens(0.5)) await startAfresh(scene)
  else await skipWhatStandsInDoubt(scene)
  await reportAgain(scene.ledger)
}

function loseMachines(world: World): void {
  for (const machine of [...world.machines.values()]) {
    const { vanishes, vanishesBooting } = world.faults
    if (!world.chance.happens(machine.agent === 'booting' ? vanishesBooting : vanishes)) continue
    world.machines.delete(machine.id)
    world.gone.set(machine.id, machine)
  }
  for (const machine of [...world.gone.values()]) {
    if (!world.chance.happens(world.faults.reappears)) continue
    world.gone.delete(machine.id)
    const used = [...world.machines.values()].some(other => other.address === machine.address)
    if (used) continue
    machine.agent = 'dead'
    world.machines.set(machine.id, machine)
  }
}
