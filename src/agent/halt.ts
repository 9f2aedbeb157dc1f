/** Why the work ends before the pipeline does. `gone`: the daemon has closed the attempt. */
export type HaltCause = 'deadline' | 'stalled' | 'dismissed' | 'gone'

/** What ends the work, and what ends the agent. Each may be asked for again: the first cause of the work's end stands, but `gone` goes before all. */
export class Halt {
  #cause: HaltCause | undefined
  readonly #work = new AbortController()
  readonly #leave = new AbortController()
  readonly #gone = new AbortController()

  get cause(): HaltCause | undefined {
    return this.#cause
  }

  /** Aborted when the pipeline is to be ended. */
  get work(): AbortSignal {
    return this.#work.signal
  }

  /** Aborted when the agent itself is to end, after its closing document unless the attempt is gone. */
  get leave(): AbortSignal {
    return this.#leave.signal
  }

  /** Aborted when nothing more may be written. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  ask(cause: HaltCause): void {
    if (this.#cause === undefined || cause === 'gone') this.#cause = cause
    if (cause === 'gone') {
      this.#gone.abort()
      this.#leave.abort()
    }
    this.#work.abort()
  }

  /** The machine itself is being ended: close quickly and leave. */
  askToLeave(): void {
    this.ask('dismissed')
    this.#leave.abort()
  }
}
