import { setTimeout as wait } from 'node:timers/promises'

/** Time and chance as outgoing calls use them; tests hand in their own. */
export interface Timing {
  /** Milliseconds on a clock that never jumps. */
  nowMs(): number
  /** Waits; rejects as soon as the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** From 0 to just below 1. */
  random(): number
}

/** The machine's own time and chance. */
export const systemTiming: Timing = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
  random: () => Math.random(),
}

/** Sleeps; when the signal fires, throws the signal's own reason, as everything under way does then. */
export async function sleepUnlessEnded(timing: Timing, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timing.sleep(ms, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
