import type { Reason } from '../reason.ts'
import type { Measure, RunToJudge } from './filter.ts'
import { filters } from './filters.ts'

/** All filters' answers on one run. `waiting`: nothing speaks against it but that its files are not there yet. */
export type Verdict = { kind: 'accepted' } | { kind: 'rejected' | 'waiting'; reasons: [Reason, ...Reason[]] }

const accepted: Verdict = { kind: 'accepted' }

/** Asks every filter and keeps every reason. */
export function judgeRun(run: RunToJudge, measure: Measure): Verdict {
  const reasons: Reason[] = []
  for (const filter of filters) {
    const answer = filter.judge(run, measure)
    if (answer !== 'accepted') reasons.push(answer)
  }
  const [first, ...others] = reasons
  if (first === undefined) return accepted
  const isWaiting = reasons.every(reason => reason.code === 'META_WAITING')
  return { kind: isWaiting ? 'waiting' : 'rejected', reasons: [first, ...others] }
}
