import { landmarks, type Landmark, type Passed } from './landmarks.ts'
import type { Victim } from './victims.ts'

/** When a victim is killed: so long after a landmark of its life. */
export interface Moment {
  after: Landmark
  waitMs: number
}

/** How moments are spread: over the time that the victim lives, or over the stretches between landmarks, so that short ones have their share. */
export type Spread = 'by the clock' | 'by the landmarks'

/** Between which landmarks each victim lives; the daemon to the end. */
const alive: Record<Victim, { from: Landmark; to: Landmark | undefined }> = {
  daemon: { from: 'daemon started', to: undefined },
  agent: { from: 'machine made', to: 'machine gone' },
  'whole group': { from: 'machine made', to: 'machine gone' },
  Nextflow: { from: 'pipeline asked for', to: 'closed' },
}

/** Draws a moment at which the victim is killed from what was seen of an unharmed life; `draw` gives numbers in [0, 1). */
export function drawMoment(life: UnharmedLife, victim: Victim, spread: Spread, draw: () => number): Moment {
  const stretches = stretchesOf(life, victim)
  const total = stretches.reduce((sum, stretch) => sum + stretch.ms, 0)
  const evenly = stretches[Math.floor(draw() * stretches.length)]
  let at = draw() * total
  if (spread === 'by the landmarks' && evenly !== undefined) return { after: evenly.after, waitMs: (at / total) * evenly.ms }
  for (const { after, ms } of stretches) {
    if (at < ms) return { after, waitMs: at }
    at -= ms
  }
  throw new RangeError(`the ${victim} was not seen to live`)
}

/** A life in which nothing was killed: what came about when, and its end on the same clock. */
export interface UnharmedLife {
  passed: Passed
  endedAtMs: number
}

/** The stretches between two landmarks in which the victim lives, in their order. */
function stretchesOf({ passed, endedAtMs }: UnharmedLife, victim: Victim): { after: Landmark; ms: number }[] {
  const { from, to } = alive[victim]
  const begins = passed.get(from) ?? Infinity
  const ends = (to === undefined ? undefined : passed.get(to)) ?? endedAtMs
  const within = landmarks
    .map(landmark => ({ after: landmark, atMs: passed.get(landmark) ?? Infinity }))
    .filter(({ atMs }) => atMs >= begins && atMs < ends)
    .sort((a, b) => a.atMs - b.atMs)
  return within.map(({ after, atMs }, index) => ({ after, ms: (within[index + 1]?.atMs ?? ends) - atMs }))
}
