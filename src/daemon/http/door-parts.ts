import type { Assignment } from '../../api/assignment.ts'
import type { Spend } from '../../core/budget.ts'
import type { Clock } from '../../core/clock.ts'
import type { Policy } from '../../core/policy.ts'
import type { Recipe } from '../../core/recipe.ts'
import type { TaxonSettings } from '../../core/taxon.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Log } from '../../core/log.ts'
import type { MachineNeed, Quoted } from '../providers/provider.ts'
import type { ArchiveQuestions } from './archive-questions.ts'

/** What the door is made of: `daemon/main` and `daemon/open-door` hand these in. */
export interface DoorParts {
  ledger: Ledger
  archive: ArchiveQuestions
  /** The work of an attempt, as it was written down when the attempt was opened. */
  assignmentOf: (attemptId: string) => Promise<Assignment | undefined>
  /** Asks the loop for a pass sooner. */
  wake: () => void
  clock: Clock
  /** A fresh random id of 12 small letters and digits. */
  newId: () => string
  policy: Policy
  /** What machines may cost; undefined: there are no caps. */
  spend?: Spend | undefined
  /** What a machine would cost, asked of the provider now; undefined where machines cost nothing. */
  quote?: ((need: MachineNeed) => Promise<Quoted>) | undefined
  taxonDefaults: TaxonSettings
  recipes: ReadonlyMap<string, { recipe: Recipe; projectCommit: string }>
  access: Access
  /** The library's folder on this computer. */
  libraryDir: string
  /** Where kits for droplets lie, each as `<sha256>.tar.gz`; undefined where no droplets are made. */
  kitsFolder?: string | undefined
  /** Of this microfetch. */
  version: string
  log: Log
}

/** Who may come in. */
export interface Access {
  /** SHA-256 of the people's token, in hexadecimal; undefined: no token is asked for, which is for loopback only. */
  peopleTokenHash: string | undefined
  /** SHA-256 of the token of a collector on another host, in hexadecimal; undefined: none is let in. */
  collectorTokenHash?: string | undefined
  /** Host names under which the door may be spoken to; undefined: any. On loopback this keeps out web pages that point a name of theirs here. */
  hosts: readonly string[] | undefined
}

/** The host names of a door that only this computer can reach. */
export const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
