import type { Timing } from '../../src/daemon/fetch/timing.ts'

/** Time that passes only by sleeping, and then at once; chance always falls in the middle. */
export interface InstantTiming extends Timing {
  /** Every sleep so far, in milliseconds. */
  readonly slept: number[]
}

/** Makes a timing for tests that must not wait. */
export function makeInstantTiming(): InstantTiming {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    nowMs: () => now,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal.throwIfAborted()
      slept.push(ms)
      now += ms
      // Others get their turn, as they would while real time passes.
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}
