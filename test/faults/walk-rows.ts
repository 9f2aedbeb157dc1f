import { checkTaxon } from '../../src/api/taxa.ts'
import type { FaultName } from '../../src/rehearsal/faults.ts'
import { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'
import { day, hour, startWorld, type RehearsedWorld } from '../end-to-end/rehearsed-world.ts'
import { needs } from '../end-to-end/what-stands.ts'
import { inTable, standingOf, type Observed, type Standing, type Walked } from './observed.ts'
import { settle } from './settle.ts'
import { faultsAt, type Wish } from './ways.ts'

const taxon = 20_001
/** Where a row may be lost without a second one beside it. */
const apart = 20_002
const longAgo = { firstPublic: '2020-01-01', lastUpdated: '2020-02-02' }

/** A run with a fault of its own, and where it stood at each stage of the walk. */
interface Tried {
  fault: FaultName
  taxId: number
  run: string
  wish: Wish
  stood: Standing[]
}

/** One listing in which every row has a fault of its own, from the first listing on or only after its delivery; later all is mended. */
export async function walkRows(): Promise<Walked> {
  const world = await startWorld({
    taxa: [taxon, apart].map(id => ({ id, name: `Rehearsalia ${id}`, rank: 'species' })),
    limits: { requestsPerSecond: 0 },
  })
  const at = new InstallationUnderTest(world)
  try {
    await at.open({ policy: { batch_runs: 1000 } })
    return await walk(at, world)
  } finally {
    await at.close()
    await world.stop()
  }
}

async function walk(at: InstallationUnderTest, world: RehearsedWorld): Promise<Walked> {
  const { control } = world.archive
  const ways = faultsAt('rows')
  const mainRuns = await world.addRuns(taxon, ways.length, longAgo)
  const apartRuns = await world.addRuns(apart, 3, longAgo)
  const tried = ways.map(([fault, way]): Tried => {
    const [taxId, runs] = way.apart === true ? [apart, apartRuns] : [taxon, mainRuns]
    return { fault, taxId, run: runs.pop() ?? '', wish: way.wish ?? {}, stood: [] }
  })
  const early = tried.filter((_one, place) => ways[place]?.[1].since === undefined)
  const late = tried.filter(one => !early.includes(one))
  const look = async (some: Tried[]) => {
    for (const one of some) one.stood.push(await standingOf(at, one.taxId, one.run))
  }

  for (const { fault, run, wish } of early) await control.arm(fault, { ...wish, match: { accession: run } })
  const looks = await Looks.prepare(at, world)
  await at.add([taxon, apart])
  await settle(at)
  await look(tried)
  await control.disarm()
  const lookedAt = await looks.walk()

  for (const { fault, run, wish } of late) await control.arm(fault, { ...wish, match: { accession: run } })
  for (const taxId of [taxon, apart]) await at.client.ask(checkTaxon, { params: { taxId }, body: { full: true } })
  await settle(at)
  // What is missing is confirmed by a second full listing a day later.
  await world.pass(day + hour)
  await settle(at)
  await look(tried)
  const asked = await needs(at)
  const outcomes = tried.map(one => [one.fault, toObserved(one, early.includes(one), asked)] as const)
  return new Map([...lookedAt, ...outcomes])
}

function toObserved({ run, stood }: Tried, isEarly: boolean, asked: string[]): Observed {
  const [first, last] = stood
  if (first === undefined || last === undefined) throw new Error(`${run} was not looked at`)
  const wrong = [...asked, ...[...first.unexplained, ...last.unexplained].map(code => `${code} is not explained`)]
  const whole = isEarly ? last : first
  if (whole.state !== 'delivered') wrong.push(`with its row in order it is ${whole.state} ${whole.codes.join(' ')}`)
  if (last.atHome.length === 0) wrong.push('nothing of it lies at home')
  const fate = isEarly ? fateFromStart(first, last) : fateAfterDelivery(last)
  return { fate, code: inTable([...first.codes, ...last.codes]), wrong }
}

function fateFromStart(first: Standing, last: Standing): string {
  return first.state === last.state ? first.state : `${first.state}; mended: ${last.state}`
}

function fateAfterDelivery(last: Standing): string {
  return `${last.state}, ${last.atHome.length > 1 ? 'its new files too' : 'nothing is done anew'}`
}

/** Runs that wait for their files, and are looked at again while the file report fails, once or for as long as it lasts. */
class Looks {
  private readonly at: InstallationUnderTest
  private readonly world: RehearsedWorld
  private readonly runs: string[]

  private constructor(at: InstallationUnderTest, world: RehearsedWorld, runs: string[]) {
    this.at = at
    this.world = world
    this.runs = runs
  }

  static async prepare(at: InstallationUnderTest, world: RehearsedWorld): Promise<Looks> {
    const runs = await world.addRuns(taxon, faultsAt('looks').length * 2, { ...longAgo, library: { shape: 'none' } })
    return new Looks(at, world, runs)
  }

  async walk(): Promise<Walked> {
    const { control } = this.world.archive
    const ways = faultsAt('looks').map(([fault], place) => ({
      fault,
      once: this.runs[place * 2] ?? '',
      lasting: this.runs[place * 2 + 1] ?? '',
    }))
    for (const run of this.runs) await control.giveFiles(run)
    for (const { fault, once, lasting } of ways) {
      await control.arm(fault, { times: 1, match: { accession: once } })
      await control.arm(fault, { times: 0, match: { accession: lasting } })
    }
    await this.world.pass(day + hour)
    await settle(this.at)
    const walked: Walked = new Map()
    for (const { fault, once, lasting } of ways) {
      const [one, other] = [await standingOf(this.at, taxon, once), await standingOf(this.at, taxon, lasting)]
      const fate = `once: ${one.state}; lasting: ${other.state}`
      walked.set(fault, {
        fate,
        code: inTable([...one.codes, ...other.codes]),
        wrong: [...one.unexplained, ...other.unexplained],
      })
    }
    await control.disarm()
    return walked
  }
}
