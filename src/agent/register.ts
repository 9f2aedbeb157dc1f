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
      agent.log.warn('no daemon answers', { silentSeconds: agent.config.boot.offlineSeconds, worksFromFolder: given !== undefined })
      if (given !== undefined) resolve(given)
    }
    void keepRegistering(agent, daemon, takeGiven).then(resolve)
  })
}

/** Asks until the daemon says go, the attempt is gone, or the agent leaves. `onSilence` is called once, after `offlineSeconds` without any daemon. */
export async function keepRegistering(agent: Agent, daemon: Daemon, onSilence: () => Promise<void>): Promise<Assignment | undefined> {
  const { halt, timing, config } = agent
  const silence = new Silence(config.boot.offlineSeconds * 1000)
  for (let failures = 0; !halt.leave.aborted; ) {
    const answer = await daemon.say(callbackPaths.register, {}, registerReply)
    if (answer.kind === 'gone') halt.ask('gone')
    if (answer.kind === 'heard' && answer.reply.kind === 'go') {
      daemon.registered = true
      agent.log.say('registered', { batch: answer.reply.assignment.batchName })
      return answer.reply.assignment
    }
    if (answer.kind === 'heard') {
      silence.break()
      failures = 0
      await timing.sleep(Math.min(answer.reply.kind === 'wait' ? answer.reply.seconds : 0, longestWaitSeconds) * 1000, halt.leave)
      continue
    }
    if (failures++ === 0) agent.log.warn('register not answered', { answer })
    if (answer.kind === 'later' && answer.reached) silence.break()
    else if (silence.isLong(timing.nowMs())) await onSilence()
    await timing.sleep(Math.min(retryMs(agent, failures), silence.leftMs(timing.nowMs())), halt.leave)
  }
  return undefined
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
    return this.#wasLong || this.#sinceMs === undefined ? Number.POSITIVE_INFINITY : Math.max(1, this.#sinceMs + this.#mostMs - nowMs)
  }
}
