import type { EndpointName } from '../exchange.ts'
import type { ArmWish, FaultMatch } from '../scenario.ts'
import { fraction } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import type { Fault, FaultSettings } from './fault.ts'

/** What a fault looks at to see whether a request fits. */
export interface Approach {
  endpoint: EndpointName
  method: string
  /** Path and query as they came, decoded. */
  address: string
  path: string
}

/** A fault that waits for its moment, or that changes runs while it is armed. */
export class ArmedFault {
  readonly id: number
  readonly fault: Fault
  readonly match: FaultMatch
  readonly settings: FaultSettings
  /** How often it struck a request, or changed a run that was looked at. */
  struck = 0
  private letThrough: number

  constructor(id: number, fault: Fault, wish: ArmWish) {
    this.id = id
    this.fault = fault
    this.match = wish.match ?? {}
    this.letThrough = wish.after ?? 0
    this.settings = settingsOf(fault, wish)
  }

  /** Whether it strikes this request; counts it if so. */
  strikes(approach: Approach): boolean {
    if (this.fault.change !== undefined || !this.fits(approach)) return false
    if (this.settings.times > 0 && this.struck >= this.settings.times) return false
    if (this.letThrough > 0) {
      this.letThrough--
      return false
    }
    this.struck++
    return true
  }

  /** Whether it changes this run. */
  changes(row: RunRow): boolean {
    if (this.fault.change === undefined) return false
    if (this.match.accession !== undefined) return this.match.accession === row.accession
    return this.settings.share >= 1 || fraction(row.number, this.id) < this.settings.share
  }

  private fits({ endpoint, method, address, path }: Approach): boolean {
    const { match, fault } = this
    if (match.endpoint === undefined ? !fault.strikes.includes(endpoint) : match.endpoint !== endpoint) return false
    if (fault.methods !== undefined && !fault.methods.includes(method)) return false
    if (match.accession !== undefined && !address.includes(match.accession)) return false
    if (match.pathEnds !== undefined && !path.endsWith(match.pathEnds)) return false
    return match.query === undefined || address.includes(match.query)
  }
}

function settingsOf(fault: Fault, wish: ArmWish): FaultSettings {
  const { times, seconds, share, amount, column, value } = wish
  const asked = Object.entries({ times, seconds, share, amount, column, value }).filter(([, setting]) => setting !== undefined)
  const usual = { times: 1, seconds: 0, share: fault.change === undefined ? 0.5 : 1, amount: 0, column: '', value: '' }
  return { ...usual, ...fault.defaults, ...(Object.fromEntries(asked) as Partial<FaultSettings>) }
}
