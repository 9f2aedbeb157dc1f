import type { Clock } from '../../src/core/clock.ts'
import type { RunGroup, Scenario } from '../../src/rehearsal/scenario.ts'
import { startRehearsal, type Rehearsal } from '../../src/rehearsal/start-rehearsal.ts'

/** A rehearsal archive, and the clock that it shares with the installations of a test: both only go forward together. */
export interface RehearsedWorld {
  archive: Rehearsal
  clock: Clock
  /** Moves both clocks forward. */
  pass(seconds: number): Promise<void>
  /** Adds plain runs of a taxon, listed and never served, and says their accessions in their order. */
  addRuns(taxon: number, count: number, over?: Partial<RunGroup>): Promise<string[]>
  stop(): Promise<void>
}

export const hour = 3600
export const day = 24 * hour

/** Starts one. */
export async function startWorld(scenario: Scenario): Promise<RehearsedWorld> {
  const archive = await startRehearsal({ scenario })
  let aheadMs = 0
  return {
    archive,
    clock: () => new Date(Date.now() + aheadMs),
    pass: async seconds => {
      aheadMs += seconds * 1000
      await archive.control.advanceClock(seconds)
    },
    addRuns: async (taxon, count, over = {}) =>
      (await archive.control.addRuns({ taxon, count, mix: 'plain', content: 'promised', ...over })).sort(),
    stop: () => archive.stop(),
  }
}
