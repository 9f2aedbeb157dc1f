import { faultMenu } from '../faults.ts'
import type { ArmWish } from '../scenario.ts'
import { layChange, type RunChange } from '../world/run-change.ts'
import type { RunRow } from '../world/run-row.ts'
import { type Approach, ArmedFault } from './armed-fault.ts'
import type { Fault } from './fault.ts'

const faultByName: ReadonlyMap<string, Fault> = new Map(faultMenu.map(fault => [fault.name, fault]))

/** The faults that are armed now. */
export class Armory {
  private readonly armed = new Map<number, ArmedFault>()
  private lastId = 0
  private changesRuns = false

  /** Arms a fault of the menu and says its id. */
  arm(wish: ArmWish): number {
    const fault = faultByName.get(wish.fault)
    if (fault === undefined) throw new Error(`no fault is called ${wish.fault}`)
    const id = ++this.lastId
    this.armed.set(id, new ArmedFault(id, fault, wish))
    this.changesRuns ||= fault.change !== undefined
    return id
  }

  /** Disarms one fault, or all when no id is given. */
  disarm(id?: number): void {
    if (id === undefined) this.armed.clear()
    else this.armed.delete(id)
    this.changesRuns = [...this.armed.values()].some(armed => armed.fault.change !== undefined)
  }

  /** Every fault that is armed, the spent ones too. */
  list(): ArmedFault[] {
    return [...this.armed.values()]
  }

  /** The faults that strike a request, in the order in which they were armed. */
  strike(approach: Approach): ArmedFault[] {
    return this.list().filter(armed => armed.strikes(approach))
  }

  /** How the armed faults change a run; undefined when they leave it alone. */
  changeOf(row: RunRow): RunChange | undefined {
    if (!this.changesRuns) return undefined
    let change: RunChange | undefined
    for (const armed of this.armed.values()) {
      const more = armed.changes(row) ? armed.fault.change?.(row, armed.settings) : undefined
      if (more === undefined) continue
      armed.struck++
      change = layChange(change, more)
    }
    return change
  }
}
