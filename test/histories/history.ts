import { attemptFoldersInMemory } from './attempt-folders-in-memory.ts'
import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import { defaultTaxonSettings } from '../../src/core/taxon.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { findBadEndings, watchDestruction } from './bad-endings.ts'
import { emptyLedger } from './empty-ledger.ts'
import { knockOut, stagesWithout, type KnockOut } from './knock-out.ts'
import { misbehave } from './misbehave.ts'
import { seedLedger } from './seed-ledger.ts'
import { settle } from './settle.ts'
import { aRecipe } from './a-recipe.ts'
import { workStages } from './work-stages.ts'
import { World } from './world.ts'
import { worldCollector } from './world-collector.ts'
import { worldProvider } from './world-provider.ts'

/** How one history ended: what was bad, and how often each transition was taken. */
export interface Ending {
  bad: string[]
  transitions: Map<string, number>
}

/** Histories differ in how patient the daemon is. */
function policyOf(seed: number): Policy {
  const turn = Math.floor(seed / 8)
  return {
    ...defaultPolicy,
    maxWorkers: 2,
    maxHeld: 3,
    maxAttempts: 1 + (turn % 3),
    batchRuns: 3,
    bootSeconds: Math.floor(turn / 3) % 3 === 0 ? 300 : 1500,
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
}

/** One random history of the shipped stages: stale looks, daemon deaths, a bad cloud, silent agents, people; then it must settle. */
export async function liveThrough(
  seed: number,
  without: KnockOut | undefined,
  inspect?: (ledger: Ledger) => Promise<void>,
): Promise<Ending> {
  const world = new World(seed)
  const ledger = emptyLedger(world.effect)
  const deps = depsOf(world, ledger, policyOf(seed))
  knockOut(without, world)
  watchDestruction(deps, world)
  const stages = stagesWithout(without, workStages)
  const scene = { ledger, world, runs: await seedLedger(ledger, world), generations: new Map<string, number>() }
  await misbehave(deps, stages, scene)
  await settle(world, deps, stages)
  await inspect?.(ledger)
  return {
    bad: [...world.broken, ...(await findBadEndings(ledger, world, deps.policy))],
    transitions: await countTransitions(ledger),
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
    newHostKey: () => ({ privateKey: world.newId(), publicKey: `ssh-ed25519 ${world.newId()}` }),
    transfersAtOnce: 1,
    effect: world.effect,
    log: { say: () => undefined, warn: () => undefined },
  }
}
