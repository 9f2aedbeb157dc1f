import type { RequestLimits } from './cloud-settings.ts'

/** Whether a request may pass, and the headers that say how things stand. */
export interface Passage {
  refusedBy: 'hour' | 'minute' | 'key reads' | undefined
  headers: Record<string, string>
}

const hourMs = 3_600_000
const minuteMs = 60_000

/** One token's requests. Each is forgotten on its own, an hour after it was made; refused ones are not counted. */
export class RequestLimiter {
  private readonly limits: RequestLimits
  private readonly ofHour: number[] = []
  private readonly ofMinute: number[] = []
  private readonly keyReads: number[] = []

  constructor(limits: RequestLimits) {
    this.limits = limits
  }

  /** Lets a request pass, and counts it, or refuses it. Instants are milliseconds, and never go back. */
  ask(isKeyRead: boolean, nowMs: number): Passage {
    forget(this.ofHour, nowMs - hourMs)
    forget(this.ofMinute, nowMs - minuteMs)
    forget(this.keyReads, nowMs - minuteMs)
    const refusedBy = this.refusal(isKeyRead)
    if (refusedBy === undefined) {
      this.ofHour.push(nowMs)
      this.ofMinute.push(nowMs)
      if (isKeyRead) this.keyReads.push(nowMs)
    }
    return { refusedBy, headers: this.headers(refusedBy, nowMs) }
  }

  private refusal(isKeyRead: boolean): Passage['refusedBy'] {
    const { perHour, perMinute, keyReadsPerMinute } = this.limits
    if (this.ofHour.length >= perHour) return 'hour'
    if (this.ofMinute.length >= perMinute) return 'minute'
    return isKeyRead && this.keyReads.length >= keyReadsPerMinute ? 'key reads' : undefined
  }

  private headers(refusedBy: Passage['refusedBy'], nowMs: number): Record<string, string> {
    const { perHour } = this.limits
    const isOut = refusedBy === 'hour' || refusedBy === 'minute'
    const headers = {
      'ratelimit-limit': String(perHour),
      'ratelimit-remaining': String(isOut ? 0 : perHour - this.ofHour.length),
      // When the oldest request is forgotten, not when everything begins anew.
      'ratelimit-reset': String(Math.ceil(((this.ofHour[0] ?? nowMs) + hourMs) / 1000)),
    }
    if (refusedBy !== 'minute') return headers
    const freeAtMs = (this.ofMinute[0] ?? nowMs) + minuteMs
    return { ...headers, 'retry-after': String(Math.max(1, Math.ceil((freeAtMs - nowMs) / 1000))) }
  }
}

/** Takes away what is not later than an instant. */
function forget(instantsMs: number[], untilMs: number): void {
  const first = instantsMs.findIndex(atMs => atMs > untilMs)
  instantsMs.splice(0, first === -1 ? instantsMs.length : first)
}
