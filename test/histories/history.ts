import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { findBadEndings, watchDestruction } from './bad-endings.ts'
import { emptyLedger } from './empty-ledger.ts'
import { knockOut, stagesWithout, type KnockOut } from './knock-out.ts'
import { misbehave } from './misbehave.ts'
import { seedLedger } from './seed-ledger.ts'
import { settle } from './settle.ts'
import { workStages } from './work-stages.ts'
import { World } from './world.ts'
import { worldDeps } from './world-deps.ts'

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
  const deps = worldDeps(world, ledger, policyOf(seed))
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
