import { liveThrough } from './history.ts'
import type { KnockOut } from './knock-out.ts'

/** Which histories to live through. */
export interface HistoriesAsked {
  firstSeed: number
  count: number
  without: KnockOut | undefined
  /** Stop at the first bad ending. */
  stopsAtFirst: boolean
}

/** How they ended. */
export interface HistoriesTold {
  lived: number
  bad: { seed: number; what: string[] }[]
  transitions: Record<string, number>
}

/** Lives through them one after the other. */
export async function runHistories(asked: HistoriesAsked): Promise<HistoriesTold> {
  const told: HistoriesTold = { lived: 0, bad: [], transitions: {} }
  for (let seed = asked.firstSeed; seed < asked.firstSeed + asked.count; seed += 1) {
    const ending = await liveThrough(seed, asked.without)
    told.lived += 1
    for (const [name, count] of ending.transitions) told.transitions[name] = (told.transitions[name] ?? 0) + count
    if (ending.bad.length > 0) told.bad.push({ seed, what: ending.bad })
    if (ending.bad.length > 0 && asked.stopsAtFirst) break
  }
  return told
}
