import { Problem } from '../../../core/problem.ts'
import { sleepUnlessEnded, type Timing } from '../../fetch/timing.ts'

/**
 * What a call is for, which says how much of the hour's calls it must leave: lists and creates a fifth, last looks at one droplet a
 * tenth, and what ends droplets nothing.
 */
export type Purpose = 'ask' | 'last look' | 'end'

const leaves: Record<Purpose, number> = { ask: 0.2, 'last look': 0.1, end: 0 }

/** Below the 250 a minute at which the API answers 429. */
const callsPerSecond = 4
/** The hour's calls of a token, until an answer says otherwise. */
const usualLimit = 5000
/** A wait that the API asks for is waited out when it is no longer than this; else the next pass is the retry. */
const patienceMs = 20_000
const hourMs = 3_600_000
/** When the clocks of one answer disagree by more than `slackMs`, it is tried again after so long whether there are calls. */
const disagreementMs = 60_000
const slackMs = 5000
/** How long one call that tries whether there are calls again holds the others back, should its answer say nothing. */
const probeMs = 5000

/** The calls that are left, as the API last said. */
export interface CallsLeft {
  limit: number
  remaining: number
}

/**
 * Spaces the calls of one token and spends its hour's calls. The API counts in a sliding window: each call is counted for an hour, and
 * `ratelimit-reset` is when the oldest is no longer, so that calls come back one by one.
 */
export class CallBudget {
  readonly #timing: Timing
  readonly #signal: AbortSignal
  readonly #nowMs: () => number
  #queue: Promise<void> = Promise.resolve()
  #nextMs = 0
  #heldUntilMs = 0
  #left: CallsLeft | undefined
  /** When the oldest counted call is no longer counted. */
  #moreAtMs = 0
  #underWay = 0

  /** When the signal fires, nobody waits for a turn any more. */
  constructor(timing: Timing, signal: AbortSignal) {
    this.#timing = timing
    this.#signal = signal
    this.#nowMs = () => timing.nowMs()
  }

  /** Waits for a turn. The caller calls what it gets when the answer is there or given up. Throws `slow-down` when there is none soon. */
  async enter(purpose: Purpose): Promise<() => void> {
    const before = this.#queue
    let leave = () => {}
    this.#queue = new Promise(resolve => (leave = resolve))
    await before
    try {
      await this.#wait(purpose)
    } finally {
      leave()
    }
    this.#nextMs = this.#nowMs() + 1000 / callsPerSecond
    this.#underWay += 1
    if (this.#left !== undefined) this.#left.remaining -= 1
    let ended = false
    return () => {
      if (!ended) this.#underWay -= 1
      ended = true
    }
  }

  /** Reads from an answer how many calls are left, and how long to wait. */
  heard({ status, headers }: Pick<Response, 'status' | 'headers'>): void {
    const retryAfter = status === 429 || status === 503 ? numberIn(headers, 'retry-after') : undefined
    // The 429 of a burst says that none remain, which is true of this minute only; of the hour it says nothing.
    if (retryAfter !== undefined) return this.#hold(retryAfter * 1000)
    const remaining = numberIn(headers, 'ratelimit-remaining') ?? (status === 429 ? 0 : undefined)
    if (remaining === undefined) return
    const limit = numberIn(headers, 'ratelimit-limit') ?? this.#left?.limit ?? usualLimit
    this.#left = { limit, remaining: Math.max(0, remaining - Math.max(0, this.#underWay - 1)) }
    this.#moreAtMs = this.#nowMs() + untilReset(headers)
  }

  /** The calls that are left in this hour; undefined while no answer has said. */
  left(): CallsLeft | undefined {
    return this.#left
  }

  async #wait(purpose: Purpose): Promise<void> {
    for (;;) {
      const nowMs = this.#nowMs()
      const shortMs = this.#isShort(purpose) ? this.#moreAtMs - nowMs : 0
      const heldMs = this.#heldUntilMs - nowMs
      // Only what ends droplets waits for single calls to come back; the others leave those to it.
      if (shortMs > (purpose === 'end' ? patienceMs : 0)) throw this.#refusal(purpose, shortMs)
      if (heldMs > patienceMs) throw slowDown(`DigitalOcean asked for ${seconds(heldMs)} more seconds without calls`)
      const waitMs = Math.max(this.#nextMs - nowMs, heldMs, shortMs)
      if (waitMs <= 0) break
      await sleepUnlessEnded(this.#timing, waitMs, this.#signal)
    }
    // One call finds out whether there are calls again; the others wait for what it hears.
    if (this.#isShort(purpose)) this.#moreAtMs = this.#nowMs() + probeMs
  }

  #isShort(purpose: Purpose): boolean {
    return this.#left !== undefined && this.#left.remaining <= this.#left.limit * leaves[purpose]
  }

  #refusal(purpose: Purpose, shortMs: number): Problem {
    const remaining = Math.max(0, this.#left?.remaining ?? 0)
    const kept = purpose === 'end' ? '' : ', and those are kept for ending droplets'
    return slowDown(`only ${remaining} calls of DigitalOcean's API are left in this hour${kept}; more in ${seconds(shortMs)} s`)
  }

  #hold(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#nowMs() + Math.min(ms, hourMs))
  }
}

function slowDown(message: string): Problem {
  return new Problem('slow-down', message)
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}

/** By the answer's own clock, which need not be ours. */
function untilReset(headers: Headers): number {
  const resetSeconds = numberIn(headers, 'ratelimit-reset')
  const answeredMs = Date.parse(headers.get('date') ?? '')
  if (resetSeconds === undefined || Number.isNaN(answeredMs)) return probeMs
  const ms = resetSeconds * 1000 - answeredMs
  // No call is counted for longer than an hour: such a `Date` is of another clock.
  if (ms < -slackMs || ms > hourMs + slackMs) return disagreementMs
  return Math.max(1000, ms)
}

function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim() ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
