/** What became of a call's answer. */
export type AnswerFate = 'sent' | 'lost' | 'cut' | 'late' | 'none'

/** One call to the API. */
export interface Call {
  at: Date
  /** Method and path with names for what varies: `GET /v2/droplets/{id}`. */
  kind: string
  path: string
  /** Name of the token; undefined when it was unknown. */
  token: string | undefined
  /** 0 when no status was sent. */
  status: number
  answer: AnswerFate
  /** The published limit that refused it; undefined for every other call, faults included. */
  limitedBy: 'hour' | 'minute' | 'key reads' | undefined
}

/** Every call that was made, with its instant by the cloud's clock. */
export class CallLog {
  private calls: Call[] = []

  add(call: Call): void {
    this.calls.push(call)
  }

  clear(): void {
    this.calls = []
  }

  all(): readonly Call[] {
    return this.calls
  }

  /** How many calls there were of a kind, with a status if one is given. */
  count(kind: string, status?: number): number {
    return this.calls.filter(call => call.kind === kind && (status === undefined || call.status === status)).length
  }

  /** Numbers of calls by kind and status: `GET /v2/droplets 200`. */
  numbers(): Record<string, number> {
    const numbers: Record<string, number> = {}
    for (const { kind, status } of this.calls) numbers[`${kind} ${status}`] = (numbers[`${kind} ${status}`] ?? 0) + 1
    return numbers
  }

  /** The most calls of one token in any span of so many seconds, those that a limit refused left out. */
  mostWithin(seconds: number, kind?: string): number {
    const byToken = Map.groupBy(
      this.calls.filter(call => call.limitedBy === undefined && call.token !== undefined && (kind ?? call.kind) === call.kind),
      call => call.token,
    )
    return Math.max(
      0,
      ...[...byToken.values()].map(calls =>
        mostInSpan(
          calls.map(call => call.at.getTime()),
          seconds * 1000,
        ),
      ),
    )
  }

  /** Calls that a published limit refused. */
  limited(): Call[] {
    return this.calls.filter(call => call.limitedBy !== undefined)
  }
}

function mostInSpan(instantsMs: number[], spanMs: number): number {
  const sorted = instantsMs.sort((a, b) => a - b)
  let first = 0
  let most = 0
  for (const [last, atMs] of sorted.entries()) {
    while ((sorted[first] ?? atMs) <= atMs - spanMs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}
