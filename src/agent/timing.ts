/** Time and chance, handed in so that tests can set them. */
export interface Timing {
  /** Milliseconds that never jump with the wall clock; only differences mean something. */
  nowMs(): number
  /** Resolves after `ms`, or as soon as one of the signals is aborted. Never throws. */
  sleep(ms: number, ...signals: AbortSignal[]): Promise<void>
  /** A number from 0 to 1. */
  chance(): number
}

/** The timing of the shipped program. */
export const systemTiming: Timing = {
  nowMs: () => performance.now(),
  chance: () => Math.random(),
  sleep: (ms, ...signals) =>
    new Promise(resolve => {
      if (signals.some(signal => signal.aborted)) {
        resolve()
        return
      }
      const wake = (): void => {
        clearTimeout(timer)
        for (const signal of signals) signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      for (const signal of signals) signal.addEventListener('abort', wake)
    }),
}

/** Wakes whoever sleeps on its signal; the next sleep takes the fresh signal. */
export class Bell {
  #controller = new AbortController()

  /** The signal of the next ring. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  ring(): void {
    const rung = this.#controller
    this.#controller = new AbortController()
    rung.abort()
  }
}
