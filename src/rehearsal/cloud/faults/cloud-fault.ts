import type { HostFault } from '../droplet-hosts.ts'
import type { DropletEvent } from '../world/droplet.ts'

/** What a fault answers in place of the API, before anything has taken effect. */
export type Instead =
  | { kind: 'refusal'; status: number; id: string; message: string; retryAfterSeconds?: number }
  | { kind: 'page'; status: 502 | 503 | 504 }
  /** The connection breaks. */
  | { kind: 'unanswered-cut' }
  /** Nothing comes for so long, then the connection breaks; 0 waits for ever. */
  | { kind: 'silence'; seconds: number }

/** How an answer travels whose effect has taken place. */
export type Travel =
  /** The connection breaks before a byte of the answer. */
  | { kind: 'lost' }
  /** It breaks in the middle of the body. */
  | { kind: 'cut' }
  | { kind: 'page'; status: 502 | 503 | 504 }
  /** The answer comes so much later. */
  | { kind: 'late'; seconds: number }
  /** The status is right and the body is no JSON. */
  | { kind: 'garbled' }

/** What will become of a new droplet. Seconds count from the create unless they say otherwise; undefined means never. */
export interface BirthPlan {
  activeAfterSeconds: number | undefined
  /** From `active` on. */
  addressAfterSeconds: number | undefined
  inListAfterSeconds: number | undefined
  foundAfterSeconds: number
  /** The droplet is removed again, with nobody having asked. */
  goneAfterSeconds: number | undefined
  /** The create action errs; the droplet stays `new`. */
  errsAfterSeconds: number | undefined
  /** It is switched on and nothing comes up in it. */
  isDead: boolean
  /** Further droplets of the same name and tags that come with it, of which the answer does not tell. */
  twins: number
}

/** What will become of an accepted delete. */
export interface DestroyPlan {
  /** Until the droplet is not found any more; undefined: the delete is forgotten and the droplet lives on. */
  afterSeconds: number | undefined
  /** The droplet is not found meanwhile, and is there again after so many seconds: it never was destroyed. */
  comesBackAfterSeconds: number | undefined
  goneFromListSeconds: number
}

/** Something that happens to a droplet that runs. */
export type Mishap =
  | { kind: 'vanish' }
  | { kind: 'off' }
  /** An event of the cloud keeps it busy; `lastsSeconds` 0 is for ever. */
  | { kind: 'busy'; event: DropletEvent; lastsSeconds: number }
  | { kind: 'host'; fault: HostFault; lastsSeconds: number }

/** The settings of an armed fault, with the fault's own defaults filled in. */
export interface CloudFaultSettings {
  /** How often it strikes; 0 is for ever. */
  times: number
  /** When, or how late. */
  seconds: number
  /** How long it lasts; 0 is until the end. */
  lastsSeconds: number
  /** A number of things, where it takes one. */
  amount: number
  host: HostFault
}

/** One entry of the cloud's fault menu; it has one of the hooks. */
export interface CloudFault {
  /** Stable, kebab-case. */
  name: string
  /** One sentence: what the cloud does. */
  does: string
  /** Kinds of calls that it strikes when the wish names none; every kind when not given. Only for `instead` and `travel`. */
  kinds?: readonly string[]
  defaults?: Partial<CloudFaultSettings>
  /** Strikes calls before they take effect. */
  instead?: (settings: CloudFaultSettings) => Instead
  /** Strikes calls that have taken effect. */
  travel?: (settings: CloudFaultSettings) => Travel
  /** Strikes droplets when they are made. */
  birth?: (plan: BirthPlan, settings: CloudFaultSettings) => void
  /** Strikes lists: whether a droplet that fits is left out. */
  leavesOut?: boolean
  /** Strikes lists: what was listed when the fault was armed is listed again. */
  freezes?: boolean
  /** Strikes accepted deletes. */
  destroy?: (plan: DestroyPlan, settings: CloudFaultSettings) => void
  /** Strikes droplets that run: those that do now, after `seconds`, and later ones so long after they became active. */
  mishap?: (settings: CloudFaultSettings) => Mishap
  /** The Date header of answers is so many seconds off. */
  skew?: (settings: CloudFaultSettings) => number
}
