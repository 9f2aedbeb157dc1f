import type { Clock } from '../core/clock.ts'
import type { EffectPoint } from '../core/effect-point.ts'
import type { Log } from '../core/log.ts'
import type { Collector } from '../transfer/collector.ts'
import type { DaemonTalk } from './daemon-talk.ts'
import type { OpenTransfers } from './open-transfers.ts'

/** What a collector of its own host works with. */
export interface CollectorParts {
  daemon: DaemonTalk
  /** Brings results into the library of this host. */
  collector: Collector
  libraryFolder: string
  open: OpenTransfers
  clock: Clock
  effect: EffectPoint
  log: Log
}
