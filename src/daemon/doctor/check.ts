import type { Config } from '../config.ts'
import type { Outbound } from '../fetch/outbound.ts'
import type { Source } from '../sources/source.ts'

/** What was found: well, to be looked at, or in the way of the work. */
export type Outcome = 'ok' | 'warning' | 'failed'

/** One thing that was looked at. */
export interface Finding {
  /** Name of the check, with its subject where there are several. */
  check: string
  outcome: Outcome
  /** What is the case. */
  says: string
  /** What to do; empty when nothing needs to be done. */
  cure: string
}

/** What checks look at. */
export interface Patient {
  config: Config
  now: Date
  outbound: Outbound
  source: Source
}

/** One check: it looks and tells, changes nothing that lasts, and never throws for what it is there to find. */
export type Check = (patient: Patient) => Promise<Finding[]>

/** Nothing to do. */
export function well(check: string, says: string): Finding {
  return { check, outcome: 'ok', says, cure: '' }
}

/** The work goes on without it, for now or for some. */
export function warning(check: string, says: string, cure: string): Finding {
  return { check, outcome: 'warning', says, cure }
}

/** The work cannot be done like this. */
export function failed(check: string, says: string, cure: string): Finding {
  return { check, outcome: 'failed', says, cure }
}
