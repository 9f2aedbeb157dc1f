import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import type { Provider } from '../../src/daemon/providers/provider.ts'
import type { Collector } from '../../src/transfer/collector.ts'
import { DaemonDied } from '../histories/world.ts'

/**
 * A daemon that can be ended after any of its effects. Dead, it does nothing more to the world, whatever its code would still like to do
 * (a `catch` on the way out is not run by SIGKILL either).
 */
export class Mortal {
  /** It dies after this effect, counted from 1; undefined: it lives. */
  diesAfter: number | undefined
  isDead = false
  /** Every effect so far, by name. */
  readonly effects: string[] = []

  /** Called after every effect. */
  readonly effect = (name: string): void => {
    this.requireAlive()
    this.effects.push(name)
    if (this.effects.length !== this.diesAfter) return
    this.isDead = true
    throw new DaemonDied()
  }

  /** The next daemon. */
  bornAgain(): void {
    this.isDead = false
  }

  requireAlive(): void {
    if (this.isDead) throw new DaemonDied()
  }

  ledger(ledger: Ledger): Ledger {
    return {
      ...ledger,
      write: act => {
        this.requireAlive()
        return ledger.write(act)
      },
    }
  }

  provider(provider: Provider): Provider {
    return {
      ...provider,
      create: (name, boot) => this.#alive(() => provider.create(name, boot)),
      list: () => this.#alive(() => provider.list()),
      find: machineId => this.#alive(() => provider.find(machineId)),
      destroy: machineId => this.#alive(() => provider.destroy(machineId)),
    }
  }

  collector(collector: Collector): Collector {
    return {
      ...collector,
      collect: (place, run) => this.#alive(() => collector.collect(place, run)),
      remove: (place, run) => this.#alive(() => collector.remove(place, run)),
      peek: (place, unheard) => this.#alive(() => collector.peek(place, unheard)),
      link: (run, path) => this.#alive(() => collector.link(run, path)),
      clearIncoming: attemptId => this.#alive(() => collector.clearIncoming(attemptId)),
    }
  }

  // What it does while dying counts for nothing: a value that came of it reaches nobody.
  async #alive<T>(act: () => Promise<T>): Promise<T> {
    this.requireAlive()
    const result = await act()
    this.requireAlive()
    return result
  }
}
