import type { Policy } from '../../core/policy.ts'
import type { Deps } from '../deps.ts'

/** One step of the flow. It takes no input but the ledger and the world. */
export interface Stage<Seen, Action> {
  readonly name: StageName
  /** Reads: the ledger, and where needed the world. Changes nothing. */
  look(deps: Deps): Promise<Seen>
  /** Decides: values in, actions out. */
  plan(seen: Seen, policy: Policy, now: Date): Action[]
  /** Does one action. Each may be repeated: the daemon can die between any two effects. */
  apply(action: Action, deps: Deps): Promise<void>
  /** How many actions may go on at the same time; one after the other when it is not given. They begin in the order of the plan. */
  atOnce?(deps: Deps): number
}

/** The flow, then the two patrols. */
export type StageName =
  'discover' | 'filter' | 'batch' | 'provision' | 'watch' | 'collect' | 'destroy' | 'sweep' | 'project' | 'tell'
