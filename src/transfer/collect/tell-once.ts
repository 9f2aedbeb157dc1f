import type { Log } from '../../core/log.ts'
import type { AttemptPlace } from '../collector.ts'

/** Names machines from which something could not be taken, once for each thing and why. */
export interface TellOnce {
  /** `text` is fixed; `what` is a run, or the documents that a machine writes of itself. */
  tell(text: string, place: AttemptPlace, what: string, why: string): void
  forget(attemptId: string): void
}

/** Warns in the log, with the attempt's name: a look every minute would say it every minute. */
export function tellOnce(log: Log): TellOnce {
  const told = new Map<string, Map<string, string>>()
  return {
    tell: (text, place, what, why) => {
      const ofAttempt = told.get(place.attemptId) ?? new Map<string, string>()
      if (ofAttempt.get(what) === why) return
      told.set(place.attemptId, ofAttempt.set(what, why))
      log.warn(text, { attempt: place.attemptId, machine: place.machineId, what, why })
    },
    forget: attemptId => void told.delete(attemptId),
  }
}
