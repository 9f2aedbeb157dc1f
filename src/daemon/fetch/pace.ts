import { Fault } from './fault.ts'
import { sleepUnlessEnded } from './timing.ts'
import type { Timing } from './timing.ts'

/** How hard one host may be asked. */
export interface PaceLimits {
  /** Requests begun in a second, evenly spaced. */
  requestsPerSecond: number
  /** Requests to one host whose answers are not read to their end. */
  atMostAtOnce: number
}

/** A host that asks for more than this is not waited for: the next pass is the retry. */
export const longestHoldSeconds = 60
// A Retry-After of a day is more likely an error than a wish.
const mostHeldSeconds = 3600

interface HostPace {
  busy: number
  queue: (() => void)[]
  nextMs: number
  heldUntilMs: number
}

/** Spaces the requests to each host, and keeps away from a host that asked us to wait. */
export class Pace {
  private readonly limits: PaceLimits
  private readonly timing: Timing
  private readonly hosts = new Map<string, HostPace>()

  constructor(limits: PaceLimits, timing: Timing) {
    this.limits = limits
    this.timing = timing
  }

  /** Waits for a turn; the caller calls what it gets when the answer is read or dropped. Throws `slow-down` for a long hold. */
  async enter(host: string, signal: AbortSignal): Promise<() => void> {
    const pace = this.of(host)
    this.refuseWhileHeld(host, pace)
    if (pace.busy >= this.limits.atMostAtOnce) await new Promise<void>(resolve => pace.queue.push(resolve))
    else pace.busy += 1
    const leave = once(() => pass(pace))
    try {
      await this.waitForTurn(host, pace, signal)
      return leave
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Keeps every further request to the host back for a while, because it asked for it. */
  hold(host: string, seconds: number): void {
    const pace = this.of(host)
    const untilMs = this.timing.nowMs() + Math.min(seconds, mostHeldSeconds) * 1000
    pace.heldUntilMs = Math.max(pace.heldUntilMs, untilMs)
  }

  private async waitForTurn(host: string, pace: HostPace, signal: AbortSignal): Promise<void> {
    const intervalMs = 1000 / this.limits.requestsPerSecond
    const startMs = Math.max(this.timing.nowMs(), pace.nextMs)
    pace.nextMs = startMs + intervalMs
    // While we wait for our own turn, another answer may ask for a longer wait.
    for (let untilMs = startMs; ; untilMs = pace.heldUntilMs) {
      signal.throwIfAborted()
      this.refuseWhileHeld(host, pace)
      const waitMs = Math.max(untilMs, pace.heldUntilMs) - this.timing.nowMs()
      if (waitMs <= 0) return
      await sleepUnlessEnded(this.timing, waitMs, signal)
    }
  }

  private refuseWhileHeld(host: string, pace: HostPace): void {
    const seconds = (pace.heldUntilMs - this.timing.nowMs()) / 1000
    if (seconds <= longestHoldSeconds) return
    throw new Fault('slow-down', `${host} asked for ${Math.ceil(seconds)} more seconds without requests`, { passing: false })
  }

  private of(host: string): HostPace {
    const known = this.hosts.get(host)
    if (known !== undefined) return known
    const fresh: HostPace = { busy: 0, queue: [], nextMs: 0, heldUntilMs: 0 }
    this.hosts.set(host, fresh)
    return fresh
  }
}

/** Hands the place to whoever waited longest, else frees it. */
function pass(pace: HostPace): void {
  const next = pace.queue.shift()
  if (next === undefined) pace.busy -= 1
  else next()
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
