import assert from 'node:assert/strict'
import { retryRuns } from '../../src/api/runs.ts'
import { checkTaxon } from '../../src/api/taxa.ts'
import type { FaultName } from '../../src/rehearsal/faults.ts'
import { missingForNextflow } from '../../pipelines/testing/nextflow-execution.ts'
import { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'
import { day, hour, startWorld, type RehearsedWorld } from '../end-to-end/rehearsed-world.ts'
import { inTable, standingOf, type Observed, type Standing, type Walked } from './observed.ts'
import { settle } from './settle.ts'
import { faultsAt, type Wish } from './ways.ts'

const taxon = 40_001
const recipe = {
  name: 'quick-fetch',
  section: [
    '[recipes.quick-fetch]',
    'based_on = "fetch"',
    // Three tries at a source, without the waits of a person's installation; many runs at once, for most of them only wait.
    'params = { waits = "0,1", stall_seconds = 3, fetch_retries = 0, min_reads = 10, max_streams = 12, max_cpus = 6 }',
  ],
}

interface Tried {
  fault: FaultName
  run: string
  stood: Standing[]
}

/**
 * One batch in which the files of every run have a fault of their own, fetched by the real pipeline. Then the archive is mended, the
 * taxon checked and what failed retried.
 */
export async function walkFiles(): Promise<Walked> {
  const missing = missingForNextflow()
  assert.equal(missing, false, `${String(missing)}: run "sh setup.sh test"`)
  const world = await startWorld({
    taxa: [{ id: taxon, name: 'Rehearsalia filorum', rank: 'species', genomeBases: 4000 }],
    limits: { requestsPerSecond: 0 },
  })
  const at = new InstallationUnderTest(world)
  try {
    // A run is given up after its first failure instead of its third.
    const policy = { max_strikes: 1, batch_runs: 1000, deadline_seconds: 900, progress_seconds: 900, max_workers: 1 }
    await at.open({ policy, recipe })
    return await walk(at, world)
  } finally {
    await at.close()
    await world.stop()
  }
}

async function walk(at: InstallationUnderTest, world: RehearsedWorld): Promise<Walked> {
  const { control } = world.archive
  const ways = faultsAt('files')
  const runs = await world.addRuns(taxon, ways.length, {
    content: 'made',
    depth: 4,
    firstPublic: '2020-01-01',
    lastUpdated: '2020-02-02',
  })
  const tried = ways.map(([fault], place): Tried => ({ fault, run: runs[place] ?? '', stood: [] }))
  const arm = (fault: FaultName, run: string, wish: Wish = {}) => control.arm(fault, { ...wish, match: { accession: run } })
  for (const [place, [fault, { wish, also }]] of ways.entries()) {
    const run = runs[place] ?? ''
    await arm(fault, run, wish)
    if (also !== undefined) await arm(also.fault, run, also.wish)
  }
  const look = async () => {
    for (const one of tried) one.stood.push(await standingOf(at, taxon, one.run))
  }

  await at.add([taxon])
  await settle(at)
  const untouched = new Set((await control.faults()).flatMap(fault => (fault.struck === 0 ? [fault.fault] : [])))
  await look()
  await control.disarm()
  await at.client.ask(retryRuns, { body: { runs: [], taxId: taxon, which: 'failed', dryRun: false } })
  await at.client.ask(checkTaxon, { params: { taxId: taxon }, body: { full: true } })
  await settle(at)
  // What the archive withdrew is believed after a second full listing a day later.
  await world.pass(day + hour)
  await settle(at)
  await look()
  return new Map(tried.map(one => [one.fault, toObserved(one, untouched)]))
}

function toObserved({ fault, run, stood }: Tried, untouched: ReadonlySet<string>): Observed {
  const [first, last] = stood
  if (first === undefined || last === undefined) throw new Error(`${run} was not looked at`)
  const wrong = [...first.unexplained, ...last.unexplained].map(code => `${code} is not explained`)
  if (untouched.has(fault)) wrong.push('the fault struck nothing')
  return {
    fate: first.state === last.state ? first.state : `${first.state}; ${whatBrought(first, last)}: ${last.state}`,
    code: inTable([...first.codes, ...last.codes]),
    wrong,
  }
}

/** What made a failed run what it is now: a person's retry of the same files, or what the next listing said of it. */
function whatBrought(first: Standing, last: Standing): string {
  if (last.atHome.length === 0) return 'later'
  return last.atHome.includes(first.revision) ? 'retried' : 'new files'
}
