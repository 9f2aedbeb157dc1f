import { acknowledged, callbackPaths } from '../api/callbacks.ts'
import type { ClosingDocument, RunOutcome } from '../api/closing.ts'
import { waitAfter } from '../core/backoff.ts'
import type { Agent } from './agent.ts'
import { Bell } from './timing.ts'

type Fact = { path: string; body: { outcome: RunOutcome } | { closing: ClosingDocument } }

/** The longest wait between two tries, in seconds. */
export const longestRetrySeconds = 60
const refusalsBorne = 3

/**
 * What the daemon is still to be told: one fact for each run and the closing document, so never more than the batch has runs.
 * Each is told until it is acknowledged, in the order in which it became true.
 */
export class Facts {
  readonly #facts: Fact[] = []
  readonly #bell = new Bell()

  tellOutcome(outcome: RunOutcome): void {
    this.#add({ path: callbackPaths.outcome, body: { outcome } })
  }

  tellClosing(closing: ClosingDocument): void {
    this.#add({ path: callbackPaths.closing, body: { closing } })
  }

  get untold(): number {
    return this.#facts.length
  }

  /** Tells them, until the agent leaves. */
  async tell(agent: Agent): Promise<void> {
    const { daemon, halt, timing } = agent
    if (daemon === undefined) return
    let failures = 0
    while (!halt.leave.aborted) {
      const fact = daemon.registered ? this.#facts[0] : undefined
      if (fact === undefined) {
        const seconds = daemon.registered ? longestRetrySeconds : agent.config.boot.retrySeconds
        await timing.sleep(seconds * 1000, this.#bell.signal, halt.leave)
        continue
      }
      if (await this.tellOne(agent, fact, failures)) failures = 0
      else await timing.sleep(retryMs(agent, ++failures), halt.leave)
    }
  }

  /** One try for everything that is untold, before leaving for good. */
  async tellLastTime(agent: Agent): Promise<void> {
    for (const fact of [...this.#facts]) {
      if (agent.daemon?.registered !== true || !(await this.tellOne(agent, fact, 0))) return
    }
  }

  /** Whether that fact needs no further word. */
  private async tellOne(agent: Agent, fact: Fact, failures: number): Promise<boolean> {
    const answer = await agent.daemon?.say(fact.path, fact.body, acknowledged)
    switch (answer?.kind) {
      case 'heard':
        break
      case 'gone':
        agent.halt.ask('gone')
        return false
      case 'refused':
        agent.log.warn('fact refused', { path: fact.path, why: answer.why, failures })
        // It stands in standing.json and in the closing document, where the daemon can read it.
        if (failures < refusalsBorne) return false
        break
      case 'later':
      case undefined:
        return false
    }
    const at = this.#facts.indexOf(fact)
    if (at >= 0) this.#facts.splice(at, 1)
    return true
  }

  #add(fact: Fact): void {
    this.#facts.push(fact)
    this.#bell.ring()
  }
}

/** How long to wait after so many failures in a row: doubling, and spread out so that many agents do not come back together. */
export function retryMs(agent: Agent, failures: number): number {
  const seconds = waitAfter(failures, agent.config.boot.retrySeconds, longestRetrySeconds)
  return seconds * 1000 * (0.5 + agent.timing.chance())
}
