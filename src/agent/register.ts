import type { Assignment } from '../api/assignment.ts'
import { callbackPaths, registerReply } from '../api/callbacks.ts'
import type { Agent } from './agent.ts'
import { readGivenAssignment } from './config.ts'
import { retryMs } from './facts.ts'
import type { Daemon } from './say.ts'

const longestWaitSeconds = 60

/**
 * Gets the work: from the daemon, or from the folder when no daemon answers for a while (or none listens).
 * Undefined when the agent is to leave before there is any. Where it works from the folder, it goes on registering beside the work.
 */
export async function obtainAssignment(agent: Agent): Promise<Assignment | undefined> {
  const { daemon } = agent
  if (daemon === undefined) return readGivenAssignment(agent.config)
  return new Promise(resolve => {
    const takeGiven = async (): Promise<void> => {
      const given = await readGivenAssignment(agent.config)
      agent.log.warn('no daemon answers', {
        silentSeconds: agent.config.boot.offlineSeconds,
        worksFromFolder: given !== undefined,
      })
      if (given !== undefined) resolve(given)
    }
    void keepRegistering(agent, daemon, takeGiven).then(resolve)
  })
}

/** Asks until the daemon says go, the attempt is gone, or the agent leaves. `onSilence` is called once, after `offlineSeconds` without any daemon. */
export async function keepRegistering(
  agent: Agent,
  daemon: Daemon,
  onSilence: () => Promise<void>,
): Promise<Assignment | undefined> {
  const { halt, timing, config } = agent
  const silence = new Silence(config.boot.offlineSeconds * 1000)
  let failures = 0
  while (!halt.leave.aborted) {
    const answer = await daemon.say(callbackPaths.register, {}, registerReply)
    if (answer.kind === 'heard') {
      if (answer.reply.kind === 'go') return begin(agent, daemon, answer.reply.assignment)
      failures = 0
      silence.break()
      await timing.sleep(Math.min(answer.reply.seconds, longestWaitSeconds) * 1000, halt.leave)
      continue
    }
    if (answer.kind === 'gone') halt.ask('gone')
    failures += 1
    if (failures === 1) agent.log.warn('register not answered', { answer })
    if (answer.kind === 'later' && !answer.reached) {
      if (silence.isLong(timing.nowMs())) await onSilence()
    } else silence.break()
    await timing.sleep(Math.min(retryMs(agent, failures), silence.leftMs(timing.nowMs())), halt.leave)
  }
  return undefined
}

function begin(agent: Agent, daemon: Daemon, assignment: Assignment): Assignment {
  daemon.registered = true
  agent.log.say('registered', { batch: assignment.batchName })
  return assignment
}

/** How long nobody has answered. */
class Silence {
  readonly #mostMs: number
  #sinceMs: number | undefined
  #wasLong = false

  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  break(): void {
    this.#sinceMs = undefined
  }

  /** True once in a life: when it has lasted as long as is borne. */
  isLong(nowMs: number): boolean {
    this.#sinceMs ??= nowMs
    if (this.#wasLong || nowMs - this.#sinceMs < this.#mostMs) return false
    this.#wasLong = true
    return true
  }

  /** How long until it is long; without end when it already was. */
  leftMs(nowMs: number): number {
    if (this.#wasLong || this.#sinceMs === undefined) return Number.POSITIVE_INFINITY
    return Math.max(1, this.#sinceMs + this.#mostMs - nowMs)
  }
}
