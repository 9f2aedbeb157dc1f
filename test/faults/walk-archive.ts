import assert from 'node:assert/strict'
import { addTaxa, checkTaxon } from '../../src/api/taxa.ts'
import type { FaultName } from '../../src/rehearsal/faults.ts'
import { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'
import { day, startWorld, type RehearsedWorld } from '../end-to-end/rehearsed-world.ts'
import { needs, newestCheck } from '../end-to-end/what-stands.ts'
import { fateOfChecks, inTable, unsaid, type Observed, type Walked } from './observed.ts'
import { settle } from './settle.ts'
import { faultsAt, type Wish } from './ways.ts'

const taxon = 30_001
const another = 30_002
const runs = 3
const policy = { max_check_failures: 1 }

/** Strikes every door of the archive, for an installation that has one taxon: whether the archive or the taxon is to blame must show. */
export async function walkArchive(): Promise<Walked> {
  const world = await startWorld({
    taxa: [taxon, another].map(id => ({ id, name: `Rehearsalia ${id}`, rank: 'species' })),
    runs: [taxon, another].map(id => ({ taxon: id, count: runs, mix: 'plain', content: 'promised', library: { shape: 'none' } })),
    limits: { requestsPerSecond: 0 },
  })
  const at = new InstallationUnderTest(world)
  const walked: Walked = new Map()
  try {
    await at.open({ policy })
    await at.add([taxon])
    await settle(at)
    for (const [fault] of faultsAt('archive')) walked.set(fault, await strikeAll(at, world, fault))
    for (const [fault] of faultsAt('links')) walked.set(fault, await strikeEstimate(at, world, fault))
    return walked
  } finally {
    await at.close()
    await world.stop()
  }
}

async function strikeAll(at: InstallationUnderTest, world: RehearsedWorld, fault: FaultName): Promise<Observed> {
  const wrong: string[] = []
  const once = await outcomeUnder(at, world, fault, { times: 1 }, wrong)
  const lasting = await outcomeUnder(at, world, fault, { times: 0 }, wrong)
  return { fate: fateOfChecks(once.outcome, lasting.outcome), code: inTable(lasting.causes), wrong }
}

async function outcomeUnder(at: InstallationUnderTest, world: RehearsedWorld, fault: FaultName, wish: Wish, wrong: string[]) {
  const { control } = world.archive
  // What columns there are is asked once in the life of a daemon.
  await at.stop()
  await at.open({ policy })
  await control.arm(fault, wish)
  await at.client.ask(checkTaxon, { params: { taxId: taxon }, body: { full: true } })
  await settle(at)
  const check = await newestCheck(at, taxon)
  assert.ok(check)
  wrong.push(...unsaid(check))
  const causes = (await needs(at)).map(need => need.split(' ')[2] ?? '')
  if ((await control.faults())[0]?.struck === 0) wrong.push('the fault struck nothing')
  await control.disarm()
  // By itself: the wait after a failure is over, and the archive answers again.
  await world.pass(day)
  await settle(at)
  const next = await newestCheck(at, taxon)
  if (next?.outcome !== 'good') wrong.push(`the next check was ${next?.outcome}`)
  wrong.push(...(await needs(at)).map(left => `still asked for: ${left}`))
  return { outcome: check.outcome, causes }
}

async function strikeEstimate(at: InstallationUnderTest, world: RehearsedWorld, fault: FaultName): Promise<Observed> {
  const { control } = world.archive
  const look = async () => {
    const body = {
      asked: [String(another)],
      scope: 'subtree' as const,
      reach: { kind: 'all' as const },
      settings: {},
      force: false,
    }
    const [told] = (await at.client.ask(addTaxa, { body: { ...body, dryRun: true } })).taxa
    return { runs: told?.archiveRuns, bases: told?.archiveBases }
  }
  await control.arm(fault, { times: 0 })
  const struck = await look()
  await control.disarm()
  const wrong = struck.runs === runs ? [] : [`${struck.runs} runs are promised, and there are ${runs}`]
  return { fate: struck.bases === null ? 'runs told, bases not' : 'runs and bases told', code: '–', wrong }
}
