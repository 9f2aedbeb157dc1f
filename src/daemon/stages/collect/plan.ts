import { isLapsed } from '../../../core/lease.ts'
import type { Policy } from '../../../core/policy.ts'

/** A run whose results are announced and not yet at home. */
export interface Announced {
  attemptId: string
  machineId: string
  address: string
  hostKey: string | undefined
  runAccession: string
  deliveryId: string
  recipe: string
  recipeIdentity: string
  revision: string
  manifestSha256: string | undefined
  chargedTaxId: number
  collectFailures: number
}

/** Sources on a machine of what is proved at home. */
export interface Removable {
  attemptId: string
  machineId: string
  address: string
  hostKey: string | undefined
  runAccession: string
  /** How often it was tried in vain. */
  failures: number
}

/** A taxon's link to a delivery that was at home before the taxon wanted it. */
export interface LinkToMake {
  taxId: number
  runAccession: string
  deliveryId: string
  recipe: string
  recipeIdentity: string
  revision: string
  relativePath: string
}

/** A collector on another host: silent since when, and whether a person was told. */
export interface Elsewhere {
  /** When it was last heard, in milliseconds; undefined: never. */
  heardAtMs: number | undefined
  silenceKnown: boolean
  /** After an absence of ours it gets until then, in milliseconds. */
  graceUntilMs: number
}

/** What `look` saw. */
export interface Seen {
  /** Undefined where the daemon brings results home itself; else `announced`, `removable` and `links` are what was reported. */
  elsewhere: Elsewhere | undefined
  announced: Announced[]
  removable: Removable[]
  links: LinkToMake[]
  /** Bytes free for the library; undefined when nothing is to be collected. */
  freeBytes: number | undefined
  /** Attention that a full library opened is still open. */
  fullKnown: boolean
  /** The run that had no room: so many bytes must be free, and it is not tried before this instant. */
  waiting: { freeBytes: number; notBeforeMs: number } | undefined
}

export type Action =
  | ({ kind: 'collect' } & Announced)
  | ({ kind: 'remove' } & Removable)
  | ({ kind: 'link' } & LinkToMake)
  | { kind: 'library-full'; freeBytes: number }
  | { kind: 'library-has-space' }
  | { kind: 'collector-silent'; heardAtMs: number | undefined }
  | { kind: 'collector-heard' }

/** Removes what is proved first, as that frees workers; collects while the library has space, also for the run that had no room. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const always = [
    ...seen.removable.map((removable): Action => ({ ...removable, kind: 'remove' })),
    ...seen.links.map((link): Action => ({ ...link, kind: 'link' })),
    ...(seen.elsewhere === undefined ? [] : hearing(seen.elsewhere, policy, now.getTime())),
    // What was reported is at home or failed already: no space is needed to write that down.
    ...(seen.elsewhere === undefined ? [] : collectAll(seen)),
  ]
  if (seen.freeBytes === undefined) return always
  if (isFull(seen, seen.freeBytes, policy, now.getTime())) {
    return seen.fullKnown ? always : [...always, { kind: 'library-full', freeBytes: seen.freeBytes }]
  }
  const space: Action[] = seen.fullKnown ? [{ kind: 'library-has-space' }] : []
  return [...always, ...space, ...(seen.elsewhere === undefined ? collectAll(seen) : [])]
}

function collectAll({ announced }: Seen): Action[] {
  return announced.map((one): Action => ({ ...one, kind: 'collect' }))
}

function hearing({ heardAtMs, silenceKnown, graceUntilMs }: Elsewhere, policy: Policy, nowMs: number): Action[] {
  const isSilent = heardAtMs === undefined || isLapsed(heardAtMs, policy.collectorSilentSeconds, nowMs)
  if (!isSilent) return silenceKnown ? [{ kind: 'collector-heard' }] : []
  // One that was heard before may have called in vain while we were away.
  const isToTell = !silenceKnown && (heardAtMs === undefined || nowMs >= graceUntilMs)
  return isToTell ? [{ kind: 'collector-silent', heardAtMs }] : []
}

function isFull({ waiting }: Seen, freeBytes: number, policy: Policy, nowMs: number): boolean {
  if (freeBytes < policy.libraryReserveBytes) return true
  return waiting !== undefined && (freeBytes < waiting.freeBytes || nowMs < waiting.notBeforeMs)
}
