import type { Spend } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import type { HostKey } from '../core/host-key.ts'
import type { Policy } from '../core/policy.ts'
import type { Recipe } from '../core/recipe.ts'
import type { TaxonSettings } from '../core/taxon.ts'
import type { AttemptFolders } from './attempt-folders.ts'
import type { Collector } from '../transfer/collector.ts'
import type { EffectPoint } from '../core/effect-point.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Log } from '../core/log.ts'
import type { Teller } from '../core/notice.ts'
import type { Projector } from './projections/projector.ts'
import type { Provider } from './providers/provider.ts'
import type { Source } from './sources/source.ts'

/** A recipe with what names it: the commit of its project (or a hash of its files). */
export interface KnownRecipe {
  recipe: Recipe
  projectCommit: string
  /** What Nextflow is told to run. */
  project: string
  revision: string
}

/** How machines are begun. */
export interface BootSettings {
  /** Where agents call; undefined while nothing listens. */
  serverUrl: string | undefined
  /** The command that starts Nextflow on a machine. */
  nextflow: string[]
  cpus: number
  beatSeconds: number
  /** Stands for the host of the archive's file addresses; undefined: the host as the archive gives it, by HTTPS. */
  filesUrl: string | undefined
  /** Further hosts with the same paths, tried in this order after the first. */
  mirrorUrls: string[]
  environment: Record<string, string>
}

/** The bag given to stages: real things in the shipped program, faithful fakes in tests. */
export interface Deps {
  ledger: Ledger
  source: Source
  provider: Provider
  collector: Collector
  projector: Projector
  attemptFolders: AttemptFolders
  policy: Policy
  /** What machines may cost; only looked at where they cost anything. */
  spend: Spend
  /** What holds for a taxon that sets nothing itself. */
  taxonDefaults: TaxonSettings
  recipes: ReadonlyMap<string, KnownRecipe>
  boot: BootSettings
  clock: Clock
  /** So many machines are asked, and so many transfers go on, at the same time. */
  transfersAtOnce: number
  /** A fresh random id of 12 small letters and digits. */
  newId: () => string
  /** A fresh secret of 256 bits, in hexadecimal. */
  newSecret: () => string
  /** A fresh ssh host key; only asked for where machines are reached by ssh. */
  newHostKey: () => HostKey
  effect: EffectPoint
  log: Log
  /** Tells people; undefined: nobody is told of anything. */
  teller?: Teller
}
