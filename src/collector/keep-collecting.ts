import { waitAfter } from '../core/backoff.ts'
import { Problem, type ProblemCode } from '../core/problem.ts'
import type { Log } from '../core/log.ts'
import type { Transfers } from './transfers.ts'
import type { Visited, Visitor } from './visit.ts'

/** What a round is made of. */
export interface Round {
  visitor: Visitor
  transfers: Transfers
  log: Log
  /** Ends when the time is over, or sooner when the signal aborts. */
  wait(seconds: number, signal: AbortSignal): Promise<void>
}

/** So long the daemon gets to act on what was just told, before a single round looks whether anything follows from it. */
const settleSeconds = 2
/** Rounds of one start in which nothing was done but waiting for the daemon. */
const mostIdleRounds = 5

/** Visits until nothing is left to be done: for schedulers such as cron. Throws what kept it from the daemon. */
export async function collectOnce(round: Round, signal: AbortSignal): Promise<void> {
  const { visitor, transfers } = round
  let awaited = 0
  for (let idle = 0; !signal.aborted && idle < mostIdleRounds;) {
    const before = transfers.sums.stored
    const visited = await visitor.visit()
    await visitor.looked()
    await transfers.drained()
    const stored = transfers.sums.stored - before + visited.reported
    awaited = Math.max(0, awaited + stored - visited.removed)
    const didSomething = stored > 0 || didMore(visited)
    // What was stored is removed once the daemon has acknowledged it.
    if (!didSomething && awaited === 0) return
    idle = didSomething ? 0 : idle + 1
    await round.wait(settleSeconds, signal)
  }
}

function didMore({ claimed, removed, links, toldLibrary }: Visited): boolean {
  return claimed > 0 || removed > 0 || links > 0 || toldLibrary
}

/** Waits after a daemon that cannot be asked, in seconds: the first, and the longest; where a person must act first, it is the longest at once. */
const firstWaitSeconds = 5
const longestWaitSeconds = 600
const forPersons: readonly ProblemCode[] = ['refused', 'not-allowed', 'not-found', 'bad-input']

/** Visits for ever, until the signal aborts: every `everySeconds`, and sooner when a transfer has ended and there may be more. */
export async function keepCollecting(round: Round, everySeconds: number, signal: AbortSignal): Promise<void> {
  const { visitor, transfers, log } = round
  let failures = 0
  let told = ''
  while (!signal.aborted) {
    try {
      await visitor.visit()
      if (failures > 0) log.say('the daemon answers again')
      failures = 0
      told = ''
      await Promise.race([round.wait(everySeconds, signal), endOfOne(transfers)])
      continue
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      failures += 1
      if (told !== error.message) log.warn('the daemon cannot be asked', { why: error.message })
      told = error.message
      const isForPerson = forPersons.includes(error.code)
      const seconds = isForPerson ? longestWaitSeconds : waitAfter(failures, firstWaitSeconds, longestWaitSeconds)
      await round.wait(seconds, signal)
    }
  }
}

/** There is room for another transfer; never, while none is under way. */
function endOfOne(transfers: Transfers): Promise<void> {
  return transfers.holds().length === 0 ? new Promise(() => undefined) : transfers.oneEnded()
}
