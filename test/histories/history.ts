import { attemptFoldersInMemory } from './attempt-folders-in-memory.ts'
import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import { defaultTaxonSettings } from '../../src/core/taxon.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import { closeAttention, openAttentions } from '../../src/daemon/ledger/attention.ts'
import { noteRound } from '../../src/daemon/ledger/grace.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import type { Stage } from '../../src/daemon/stages/stage.ts'
import { stepAgent } from './agents.ts'
import { findBadEndings, watchDestruction } from './bad-endings.ts'
import { knockOut, stagesWithout, type KnockOut } from './knock-out.ts'
import { actAtRandom, reportAgain, retryFailed, type Generations } from './people.ts'
import { seedLedger } from './seed-ledger.ts'
import { aRecipe } from './a-recipe.ts'
import { workStages } from './work-stages.ts'
import { DaemonDied, noFaults, World } from './world.ts'
import { worldCollector } from './world-collector.ts'
import { worldProvider } from './world-provider.ts'

type AnyStage = Stage<unknown, unknown>

interface Planned {
  stage: AnyStage
  action: unknown
}

/** How one history ended: what was bad, and how often each transition was taken. */
export interface Ending {
  bad: string[]
  transitions: Map<string, number>
}

const policy: Policy = {
  ...defaultPolicy,
  maxWorkers: 2,
  maxHeld: 3,
  batchRuns: 3,
  bootSeconds: 300,
  leaseSeconds: 200,
  progressSeconds: 3000,
  listLagSeconds: 120,
  graceSeconds: 150,
  retrySeconds: 10,
  periodSeconds: 30,
  deadlineSeconds: 20_000,
  memorySizesGb: [8, 16],
  maxCollectFailures: 4,
}

const faultySteps = 190
const settlingRounds = 300
/** In some histories the storage host comes back only after this many rounds: by then what vanished was given up. */
const roundsWithoutCollector = 25
/** Up to where, of 1, a step is an act of people or of the archive; they begin at 0.86. */
const busyness = { mixed: 0.91, vanishing: 0.9, failing: 0.97, busy: 0.98 }

/** One random history of the shipped stages: stale looks, daemon deaths, a bad cloud, silent agents, people; then it must settle. */
export async function liveThrough(
  seed: number,
  without: KnockOut | undefined,
  inspect?: (ledger: Ledger) => Promise<void>,
): Promise<Ending> {
  const world = new World(seed)
  const ledger = await openLedger(':memory:', world.effect)
  try {
    const deps = depsOf(world, ledger, { ...policy, maxAttempts: world.temper === 'vanishing' ? 1 : 1 + (seed % 3) })
    knockOut(without, world)
    watchDestruction(deps, world)
    const stages = stagesWithout(without, workStages)
    const runs = await seedLedger(ledger, world)
    const generations: Generations = new Map()
    await misbehave(world, deps, stages, runs, generations)
    await settle(world, deps, stages)
    await inspect?.(ledger)
    return {
      bad: [...world.broken, ...(await findBadEndings(ledger, world, policy))],
      transitions: await countTransitions(ledger),
    }
  } finally {
    world.dieIn = undefined
    await ledger.close()
  }
}

async function misbehave(
  world: World,
  deps: Deps,
  stages: readonly AnyStage[],
  runs: readonly string[],
  generations: Generations,
): Promise<void> {
  let pending: Planned[] = []
  for (let step = 0; step < faultySteps; step += 1) {
    try {
      if (world.chance.happens(0.06)) world.dieIn = 1 + world.chance.below(8)
      pending = await oneStep(world, deps, stages, runs, generations, pending)
    } catch (error) {
      if (!(error instanceof DaemonDied)) throw error
      pending = []
      world.afterDeath()
      await noteRound(deps.ledger, world.now(), policy.periodSeconds, policy.graceSeconds)
    }
  }
  world.dieIn = undefined
}

/** One thing happens: a look and plan, an old action, an agent's step, an act of people, a machine lost, or time. */
async function oneStep(
  world: World,
  deps: Deps,
  stages: readonly AnyStage[],
  runs: readonly string[],
  generations: Generations,
  pending: Planned[],
): Promise<typeof pending> {
  const what = world.chance.next()
  const stage = world.chance.pick(stages)
  if (what < 0.32 && stage !== undefined) await applyAll(world, await planOf(stage, deps), deps)
  else if (what < 0.44 && stage !== undefined) return [...pending, ...(await planOf(stage, deps))]
  else if (what < 0.54) {
    // Some of what was planned, maybe long ago: by now it may be stale.
    await applyAll(world, pending.slice(0, 4), deps)
    return pending.slice(4)
  } else if (what < 0.86) {
    for (const machine of [...world.machines.values()]) await stepAgent(world, deps.ledger, machine)
    loseMachines(world)
  } else if (what < busyness[world.temper]) await actAtRandom(deps.ledger, world, runs, generations)
  world.nowMs += world.chance.happens(0.12) ? 60_000 + world.chance.below(900_000) : world.chance.below(30_000)
  return pending
}

async function applyAll(world: World, planned: readonly Planned[], deps: Deps): Promise<void> {
  for (const { stage, action } of planned) {
    // Stored and not acknowledged: the most delicate moment to die.
    if (stage.name === 'collect' && world.chance.happens(world.temper === 'vanishing' ? 0.5 : 0.15)) {
      world.dieIn = 1
      world.diesStoring = true
    }
    await applyOne(stage, action, deps)
    world.diesStoring = false
  }
}

function loseMachines(world: World): void {
  for (const machine of [...world.machines.values()]) {
    if (!world.chance.happens(world.faults.vanishes)) continue
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

async function planOf(stage: AnyStage, deps: Deps): Promise<Planned[]> {
  const seen = await stage.look(deps).catch(passOver)
  return seen === undefined ? [] : stage.plan(seen, deps.policy, deps.clock()).map(action => ({ stage, action }))
}

async function applyOne(stage: AnyStage, action: unknown, deps: Deps): Promise<void> {
  await stage.apply(action, deps).catch(passOver)
}

// What the shipped pass does with a failure: it is left to the next look. Only a death goes through.
function passOver(error: unknown): undefined {
  if (error instanceof DaemonDied) throw error
  return undefined
}

/** The world behaves; whatever was begun must come to an end. A person resolves what asks for one. */
async function settle(world: World, deps: Deps, stages: readonly AnyStage[]): Promise<void> {
  world.faults = noFaults
  world.collectorAway = world.temper === 'vanishing'
  if (world.temper === 'vanishing') await deps.ledger.write(reportAgain)
  await deps.ledger.write(async tx => {
    await tx.updateTable('taxa').set({ paused: 0 }).execute()
    await retryFailed(tx, world)
  })
  let quiet = 0
  for (let round = 0; round < settlingRounds && quiet < 12; round += 1) {
    await noteRound(deps.ledger, world.now(), policy.periodSeconds, policy.graceSeconds)
    if (round >= roundsWithoutCollector) world.collectorAway = false
    let done = 0
    for (const stage of stages) {
      for (const { action } of await planOf(stage, deps)) {
        await applyOne(stage, action, deps)
        done += 1
      }
    }
    for (const machine of [...world.machines.values()]) await stepAgent(world, deps.ledger, machine)
    await resolveAll(deps)
    quiet = done === 0 && world.machines.size === 0 ? quiet + 1 : 0
    world.nowMs += 45_000
  }
}

async function resolveAll({ ledger, clock }: Deps): Promise<void> {
  for (const one of await openAttentions(ledger.read)) {
    const how = { at: clock(), resolution: 'retry', byWhom: 'a person' }
    await ledger.write(tx => closeAttention(tx, { subject: one.subject, subjectId: one.subject_id, cause: one.cause }, how))
  }
}

async function countTransitions(ledger: Ledger): Promise<Map<string, number>> {
  const rows = await ledger.read
    .selectFrom('events')
    .select(['subject', 'from_state', 'event', eb => eb.fn.countAll<number>().as('count')])
    .where('subject', 'in', ['delivery', 'batch', 'worker'])
    .groupBy(['subject', 'from_state', 'event'])
    .execute()
  return new Map(rows.map(row => [`${row.subject} ${row.from_state} ${row.event}`, row.count]))
}

function depsOf(world: World, ledger: Ledger, ownPolicy: Policy): Deps {
  return {
    ledger,
    source: undefined as never,
    provider: worldProvider(world),
    collector: worldCollector(world),
    projector: undefined as never,
    attemptFolders: attemptFoldersInMemory(),
    policy: ownPolicy,
    taxonDefaults: {
      ...defaultTaxonSettings,
      recipe: 'stub',
      filters: { ...defaultTaxonSettings.filters, layouts: ['single', 'paired'] },
    },
    recipes: new Map([['stub', aRecipe('stub')]]),
    boot: {
      serverUrl: undefined,
      nextflow: ['nextflow'],
      cpus: 1,
      beatSeconds: 30,
      filesUrl: undefined,
      mirrorUrls: [],
      environment: {},
    },
    clock: () => world.now(),
    newId: () => world.newId(),
    newSecret: () => world.newId(),
    effect: world.effect,
    log: { say: () => undefined, warn: () => undefined },
  }
}
