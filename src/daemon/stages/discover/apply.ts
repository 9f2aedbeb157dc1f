import type { Deps } from '../../deps.ts'
import { checkTaxon } from './check-taxon.ts'
import { lookAgain } from './look-again.ts'
import { lookUpMissed } from './look-up-missed.ts'
import type { Action } from './plan.ts'

/** Does one action. */
export function apply(action: Action, deps: Deps): Promise<void> {
  switch (action.kind) {
    case 'check':
      return checkTaxon(action, deps)
    case 'look up':
      return lookUpMissed(action, deps)
    case 'look again':
      return lookAgain(action, deps)
  }
}
