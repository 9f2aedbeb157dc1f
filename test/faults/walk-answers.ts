import assert from 'node:assert/strict'
import { resolveAttention } from '../../src/api/attention.ts'
import { importHoldings } from '../../src/api/holdings.ts'
import { checkTaxon } from '../../src/api/taxa.ts'
import type { FaultName } from '../../src/rehearsal/faults.ts'
import { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'
import { startWorld, type RehearsedWorld } from '../end-to-end/rehearsed-world.ts'
import { needs, newestCheck, statesOfRuns, taxonIn, workBegun } from '../end-to-end/what-stands.ts'
import { fateOfChecks, inTable, unsaid, type Observed, type Walked } from './observed.ts'
import { settle } from './settle.ts'
import { faultsAt, type Wish } from './ways.ts'

/** Enough that an answer without any of them is not believed by asking for each. */
const runsOfTaxon = 24
const firstTaxon = 10_001
/** One that nothing strikes: whether the archive or a taxon is to blame is told by the checks of others. */
const calmTaxon = 19_999
/** Silence after which a request is given up: long enough for a busy machine, short enough to be waited for. */
export const idleSeconds = 4

/** A fault, and the taxon whose checks it strikes. */
interface Struck {
  fault: FaultName
  taxId: number
  match: { query: string }
  wish: Wish
}

const all: Struck[] = faultsAt('answers').map(([fault, way], place) => {
  const taxId = firstTaxon + place
  return {
    fault,
    taxId,
    match: { query: way.where === 'taxonomy' ? `tax-id/${taxId}` : `tax_tree(${taxId})` },
    wish: way.wish ?? {},
  }
})

/**
 * Strikes the full check of a taxon whose runs are known by one fault, once and then for as long as it lasts: each taxon by its own.
 * Whatever the fault, no run may be lost by it and no work begun; and when it is over, the next check must be good.
 */
export async function walkAnswers(lanes: number): Promise<Walked> {
  const world = await startWorld({
    taxa: [{ taxId: calmTaxon, fault: 'calm' }, ...all].map(({ taxId, fault }) => ({
      id: taxId,
      name: `Rehearsalia ${fault}`,
      rank: 'species',
    })),
    runs: all.map(({ taxId }) => ({
      taxon: taxId,
      count: runsOfTaxon,
      mix: 'plain',
      content: 'promised',
      firstPublic: '2020-01-01',
    })),
    limits: { requestsPerSecond: 0 },
  })
  try {
    const shares = Array.from({ length: lanes }, (_, lane) => all.filter((_struck, place) => place % lanes === lane))
    const walked = await Promise.all(shares.map(share => new Lane(world, share).walk()))
    return new Map(walked.flatMap(part => [...part]))
  } finally {
    await world.stop()
  }
}

/** How the check of a taxon ended. */
interface Ending {
  outcome: string
  needs: string[]
  wrong: string[]
}

/** Some of the faults, one installation. */
class Lane {
  private readonly world: RehearsedWorld
  private readonly share: Struck[]
  private readonly at: InstallationUnderTest
  /** Moves only when a check is asked for: otherwise what failed would be checked anew, by itself, before anybody has looked. */
  private now = Date.now()

  constructor(world: RehearsedWorld, share: Struck[]) {
    this.world = world
    this.share = share
    this.at = new InstallationUnderTest({ ...world, clock: () => new Date(this.now) })
  }

  async walk(): Promise<Walked> {
    const { at, share } = this
    try {
      // Two failures in a row are enough for a person to be asked: otherwise five.
      await at.open({ policy: { max_check_failures: 2 }, ena: { idle_seconds: idleSeconds } })
      await at.client.ask(importHoldings, { body: { runs: await this.world.archive.control.runs() } })
      await at.add([calmTaxon, ...share.map(({ taxId }) => taxId)])
      await settle(at)
      const work = await workBegun(at)
      const once = await this.strike(({ wish }) => wish, 1)
      const lasting = await this.strike(({ wish }) => ({ ...wish, times: 0 }), 2)
      const begun = JSON.stringify(await workBegun(at)) === JSON.stringify(work) ? [] : ['work was begun']
      return new Map(share.map(({ fault }) => [fault, observed(once.get(fault), lasting.get(fault), begun)]))
    } finally {
      await at.close()
    }
  }

  /** Arms each fault, asks for checks, says how they ended; then takes the faults back and lets the checks recover. */
  private async strike(wishOf: (struck: Struck) => Wish, checks: number): Promise<Map<FaultName, Ending>> {
    const { at, share, world } = this
    const armed = []
    for (const struck of share)
      armed.push(await world.archive.control.arm(struck.fault, { ...wishOf(struck), match: struck.match }))
    const before = await Promise.all(share.map(({ taxId }) => taxonIn(at, taxId)))
    await this.check(share.map(({ taxId }) => taxId))
    for (let more = 1; more < checks; more++) {
      await this.check([calmTaxon])
      await this.check(await this.notGood())
    }
    const struckOf = new Map((await world.archive.control.faults()).map(fault => [fault.id, fault.struck]))
    const endings = new Map<FaultName, Ending>()
    for (const [place, struck] of share.entries()) {
      const ending = await this.endingOf(struck, before[place]?.lastChecked ?? null)
      if ((struckOf.get(armed[place] ?? 0) ?? 0) === 0) ending.wrong.push('the fault struck nothing')
      endings.set(struck.fault, ending)
    }
    for (const id of armed) await world.archive.control.disarm(id)
    await this.recover(endings)
    return endings
  }

  private async endingOf({ taxId }: Struck, lastChecked: string | null): Promise<Ending> {
    const check = await newestCheck(this.at, taxId)
    assert.ok(check, `${taxId} was never checked`)
    const { outcome, goneRuns } = check
    const now = (await taxonIn(this.at, taxId))?.lastChecked ?? null
    const wrong = [...(await this.runsWrong(taxId)), ...unsaid(check)]
    if (goneRuns > 0) wrong.push(`${goneRuns} runs are held to be missing`)
    if ((outcome === 'good') === (now === lastChecked))
      wrong.push(`a ${outcome} check, and last_checked is ${now} after ${lastChecked}`)
    const asked = (await needs(this.at)).filter(need => need.startsWith(`taxon ${taxId} `)).map(need => need.split(' ')[2] ?? '')
    return { outcome, needs: asked, wrong }
  }

  private async runsWrong(taxId: number): Promise<string[]> {
    const states = Object.values(await statesOfRuns(this.at, taxId))
    const held = states.filter(state => state === 'held').length
    return held === runsOfTaxon && states.length === held ? [] : [`${held} of ${runsOfTaxon} runs are still held`]
  }

  private async check(taxa: number[]): Promise<void> {
    // The archive tells the time in whole seconds.
    this.now += 2000
    await this.world.archive.control.advanceClock(2)
    for (const taxId of taxa) await this.at.client.ask(checkTaxon, { params: { taxId }, body: { full: true } })
    await settle(this.at)
  }

  private async notGood(): Promise<number[]> {
    const taxa = []
    for (const { taxId } of this.share) if ((await newestCheck(this.at, taxId))?.outcome !== 'good') taxa.push(taxId)
    return taxa
  }

  /** What a person resolved is checked at once; what failed without anybody being asked is checked again. */
  private async recover(endings: ReadonlyMap<FaultName, Ending>): Promise<void> {
    const { at, share } = this
    for (const { fault, taxId } of share) {
      if (endings.get(fault)?.needs.length === 0) continue
      await at.client.ask(resolveAttention, {
        body: { subject: { kind: 'taxon', taxId }, how: 'retry', runs: [], dryRun: false },
      })
    }
    await this.check(await this.notGood())
    for (const { fault, taxId } of share) {
      const outcome = (await newestCheck(at, taxId))?.outcome
      const wrong = endings.get(fault)?.wrong
      if (outcome !== 'good') wrong?.push(`the next check was ${outcome}`)
      wrong?.push(...(await this.runsWrong(taxId)))
    }
  }
}

function observed(once: Ending | undefined, lasting: Ending | undefined, begun: string[]): Observed {
  assert.ok(once !== undefined && lasting !== undefined)
  const wrong = [...once.wrong, ...lasting.wrong, ...begun]
  return { fate: fateOfChecks(once.outcome, lasting.outcome), code: inTable(lasting.needs), wrong }
}
