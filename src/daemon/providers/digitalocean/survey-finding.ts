import { describeError, Problem } from '../../../core/problem.ts'

/** One thing that was looked at, in the words of `doctor`. */
export interface SurveyFinding {
  check: string
  outcome: 'ok' | 'warning' | 'failed'
  says: string
  /** What to do; empty when nothing needs to be done. */
  cure: string
}

/** Nothing to do. */
export function well(check: string, says: string): SurveyFinding {
  return { check, outcome: 'ok', says, cure: '' }
}

/** The work goes on without it, for now or for some. */
export function warning(check: string, says: string, cure: string): SurveyFinding {
  return { check, outcome: 'warning', says, cure }
}

/** The work cannot be done like this. */
export function failed(check: string, says: string, cure: string): SurveyFinding {
  return { check, outcome: 'failed', says, cure }
}

/** What a look finds; where the API does not let us look, that is the finding. */
export async function guarded(check: string, rightsCure: string, look: () => Promise<SurveyFinding[]>): Promise<SurveyFinding[]> {
  try {
    return await look()
  } catch (error) {
    const isRefused = error instanceof Problem && error.code === 'refused'
    return [failed(check, describeError(error), isRefused ? rightsCure : 'try again in a while')]
  }
}
