import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { faultsOf } from './faults-of-home.ts'
import { forgetInstallation, makeInstallation } from './installation.ts'
import { lookForLandmarks, type Passed } from './landmarks.ts'
import { endProgramsOfHome } from './left-overs.ts'
import type { Moment, UnharmedLife } from './moments.ts'
import { startShippedDaemon, type ShippedDaemon } from './shipped-daemon.ts'
import type { SmallArchive } from './small-archive.ts'
import { killVictim, type Victim } from './victims.ts'

/** Who is killed, and when. */
export interface Harm {
  victim: Victim
  moment: Moment
}

/** How a life ended: an installation from its first start until nothing was left to do. */
export interface LifeEnd extends UnharmedLife {
  /** The harm that was done; undefined when none was wanted, or the victim was gone before its moment. */
  harm: Harm | undefined
  seconds: number
  /** What is wrong with it, as sentences; its folder is kept then. */
  faults: string[]
}

const lookMs = 10

/** Lets an installation live until it is idle, kills what `harm` says on the way, and looks at what it leaves. */
export async function liveThrough(archive: SmallArchive, harm?: Harm): Promise<LifeEnd> {
  const home = await makeInstallation(await archive.settings(), archive.taxId)
  const delivered = [...archive.expected.fates.values()].filter(fate => fate === 'delivered').length
  const passed: Passed = new Map()
  const begun = performance.now()
  let daemon = startShippedDaemon(home)
  let isHarmed = await watchAndStrike(daemon, harm, () => {
    lookForLandmarks(home, delivered, passed)
    return { home, passed }
  })
  if (isHarmed && harm?.victim === 'daemon') {
    // It may have ended by itself in the very moment of the signal.
    isHarmed = (await daemon.ended).code === null
    if (isHarmed) daemon = startShippedDaemon(home)
  }
  const { code, said } = await daemon.ended
  const endedAtMs = performance.now()
  // One run cannot be delivered, so the program says "not all of it".
  const faults =
    code === exitCodes.partial ? await faultsOf(home, archive.expected) : [`microfetch up ended with ${code}:\n${said}`]
  endProgramsOfHome(home)
  if (faults.length === 0) forgetInstallation(home)
  return {
    harm: isHarmed ? harm : undefined,
    passed,
    endedAtMs,
    seconds: (endedAtMs - begun) / 1000,
    faults: faults.map(fault => `${home}: ${fault}`),
  }
}

/** Looks until the daemon has ended or the victim has been killed; whether it was. */
async function watchAndStrike(
  { child, ended }: ShippedDaemon,
  harm: Harm | undefined,
  look: () => { home: string; passed: Passed },
): Promise<boolean> {
  let isOver = false
  void ended.then(() => (isOver = true))
  while (!isOver) {
    const { home, passed } = look()
    const since = harm === undefined ? undefined : passed.get(harm.moment.after)
    const isTime = harm !== undefined && since !== undefined && performance.now() >= since + harm.moment.waitMs
    if (isTime && killVictim(harm.victim, home, child)) return true
    await sleep(lookMs)
  }
  return false
}
