import { makeDraw, mix, pick } from '../../src/rehearsal/seeded-chance.ts'
import { liveThrough, type Harm, type LifeEnd } from './harmed-life.ts'
import { drawMoment, type Spread } from './moments.ts'
import type { SmallArchive } from './small-archive.ts'
import { victims, type Victim } from './victims.ts'

/** How many lives are harmed, and by which chance. */
export interface ManyLives {
  kills: number
  /** The same seed draws the same victims and moments (where they fall in a life depends on the computer, too). */
  seed: number
  /** Told after each life. */
  tell: (line: string) => void
}

/** A life in which something was killed. */
export type HarmedLife = LifeEnd & { harm: Harm }

/** What came of them. */
export interface LivesEnd {
  /** As many as live at a time, so that they have as much of the computer as the others. */
  unharmed: LifeEnd[]
  harmed: HarmedLife[]
  /** Lives whose victim was gone before its moment: another moment was drawn for each. */
  tooLate: LifeEnd[]
}

/** Lives at a time: a life is mostly Nextflow's start, which takes a processor. */
const lanes = 2

/** Lets installations live unharmed, then so many in which one program is killed; all victims equally often. */
export async function liveManyTimes(archive: SmallArchive, { kills, seed, tell }: ManyLives): Promise<LivesEnd> {
  const unharmed = await Promise.all(Array.from({ length: lanes }, () => liveThrough(archive)))
  for (const life of unharmed) tell(describeLife(life))
  const end: LivesEnd = { unharmed, harmed: [], tooLate: [] }
  let next = 0
  const lane = async (): Promise<void> => {
    for (let number = next++; number < kills; number = next++) await harmOnce(number)
  }
  const harmOnce = async (number: number): Promise<void> => {
    for (let draws = 0; end.tooLate.length <= 2 * kills; draws++) {
      const life = await liveThrough(archive, drawHarm(number, draws))
      tell(`${number + 1}/${kills} ${describeLife(life)}`)
      if (isHarmed(life)) return void end.harmed.push(life)
      tell(`${number + 1}/${kills} its victim was gone before its moment: another is drawn`)
      end.tooLate.push(life)
    }
  }
  const drawHarm = (number: number, draws: number): Harm => {
    const draw = makeDraw(mix(mix(seed, number), draws))
    const { victim, spread } = planOf(number)
    return { victim, moment: drawMoment(pick(unharmed, draw()), victim, spread, draw) }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return end
}

/** Every victim in turn; by the clock in one turn, by the landmarks in the next. */
function planOf(number: number): { victim: Victim; spread: Spread } {
  const victim = victims[number % victims.length] ?? 'daemon'
  return { victim, spread: Math.floor(number / victims.length) % 2 === 0 ? 'by the clock' : 'by the landmarks' }
}

function isHarmed(life: LifeEnd): life is HarmedLife {
  return life.harm !== undefined
}

/** One line about a life, and one for each fault. */
export function describeLife({ harm, seconds, faults }: LifeEnd): string {
  const wait = ((harm?.moment.waitMs ?? 0) / 1000).toFixed(2)
  const what = harm === undefined ? 'nothing was killed' : `${harm.victim} killed ${wait} s after "${harm.moment.after}"`
  return [`${what}; ${seconds.toFixed(1)} s in all`, ...faults].join('\n  ')
}
