import type { Clock } from '../../../core/clock.ts'
import type { EffectPoint } from '../../../core/effect-point.ts'
import type { Log } from '../../../core/log.ts'
import type { Timing } from '../../fetch/timing.ts'
import type { UserData } from '../boot/cloud-config.ts'
import type { BootPlan } from '../provider.ts'

/** What the DigitalOcean provider needs; plain values, read from the settings by whoever makes it. */
export interface DigitalOceanOptions {
  /** Without the version, e.g. `https://api.digitalocean.com`. */
  apiUrl: string
  /** Never logged, never in an error, never on a droplet. */
  token: string
  /** Tells our droplets from those of other installations in one account. */
  installationId: string
  /** Tried in this order. */
  regions: readonly string[]
  /** Slugs that may be used; empty: every ordinary one. */
  sizes: readonly string[]
  /** A slug, or the number of a snapshot. */
  image: string
  /** Undefined: the default one of the region. */
  vpcUuid: string | undefined
  addressKind: 'public' | 'private'
  /** Fingerprints or numbers of keys of the account. */
  sshKeys: readonly string[]
  /** Disk that the system and the tools take, in bytes. */
  diskReserveBytes: number
  /** Asks once and follows no redirect; `fetchThrough` makes one that knows the proxies. */
  fetch: (request: Request) => Promise<Response>
  /** What a droplet is told when it boots, or why it cannot be told. */
  userData: (name: string, boot: BootPlan) => UserData | Promise<UserData>
  clock: Clock
  /** Pace and chance of calls; the system's unless a test brings its own. */
  timing?: Timing
  /** The longest that one call may take, in seconds; 60 when not given. */
  callSeconds?: number
  /** Ends every call and every wait; its reason is what they throw, and should be a Problem. */
  signal?: AbortSignal
  /** Called after every change that was asked for. */
  effect: EffectPoint
  log: Log
}
