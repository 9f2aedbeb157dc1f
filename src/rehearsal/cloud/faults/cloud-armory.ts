import type { HostFault } from '../droplet-hosts.ts'
import type { BirthPlan, CloudFault, CloudFaultSettings, DestroyPlan, Instead, Mishap, Travel } from './cloud-fault.ts'
import { type CloudFaultName, cloudFaultMenu } from './cloud-fault-menu.ts'

/** What an armed fault applies to; all that is given must fit. A `*` stands for any text. */
export interface CloudFaultMatch {
  /** A kind of call, such as `DELETE /v2/droplets/{id}`. */
  kind?: string
  /** The droplet's name. */
  name?: string
  /** One of its tags. */
  tag?: string
  dropletId?: number
}

/** A wish to arm a fault. */
export interface CloudFaultWish {
  fault: CloudFaultName
  match?: CloudFaultMatch
  /** Calls or droplets that fit and are let through first. */
  after?: number
  /** How often it strikes; 0 is for ever; 1 unless the fault says otherwise. */
  times?: number
  seconds?: number
  lastsSeconds?: number
  amount?: number
  /** For the fault `host`. */
  host?: HostFault
}

/** The droplet that a fault looks at, made or wished for. */
export interface DropletLook {
  id?: number
  name: string
  tags: readonly string[]
}

/** What a call is about. */
export interface CallLook {
  kind: string
  droplets: readonly DropletLook[]
  /** The tag that a list or a delete names. */
  tag?: string | undefined
}

/** An armed fault, as people are shown it. */
export interface ShownCloudFault {
  id: number
  fault: CloudFaultName
  /** How often it has struck. */
  struck: number
}

interface Armed extends ShownCloudFault {
  entry: CloudFault
  match: CloudFaultMatch
  letThrough: number
  settings: CloudFaultSettings
}

const entries: ReadonlyMap<string, CloudFault> = new Map(cloudFaultMenu.map(fault => [fault.name, fault]))

/** The faults of a test cloud that are armed now. */
export class CloudArmory {
  private readonly armed = new Map<number, Armed>()
  private lastId = 0

  /** Arms a fault and says its number. */
  arm(wish: CloudFaultWish): number {
    const entry = entries.get(wish.fault)
    if (entry === undefined) throw new Error(`no fault of the cloud is called ${wish.fault}`)
    const id = ++this.lastId
    const { fault, match = {}, after = 0 } = wish
    this.armed.set(id, { id, fault, struck: 0, entry, match, letThrough: after, settings: settingsOf(entry, wish) })
    return id
  }

  /** Disarms one fault, or all. What has struck already takes its course. */
  disarm(id?: number): void {
    if (id === undefined) this.armed.clear()
    else this.armed.delete(id)
  }

  list(): ShownCloudFault[] {
    return [...this.armed.values()].map(({ id, fault, struck }) => ({ id, fault, struck }))
  }

  /** What answers a call in place of the API. */
  insteadOf(call: CallLook): Instead | undefined {
    return this.first(
      armed => armed.entry.instead,
      armed => fitsCall(armed, call),
    )
  }

  /** How the answer of a call that took effect travels. */
  travelOf(call: CallLook): Travel | undefined {
    return this.first(
      armed => armed.entry.travel,
      armed => fitsCall(armed, call),
    )
  }

  planBirth(plan: BirthPlan, droplet: DropletLook): void {
    for (const { entry, settings } of this.strikeAll('birth', armed => fitsDroplet(armed.match, droplet)))
      entry.birth?.(plan, settings)
  }

  planDestroy(plan: DestroyPlan, droplet: DropletLook): void {
    for (const { entry, settings } of this.strikeAll('destroy', armed => fitsDroplet(armed.match, droplet)))
      entry.destroy?.(plan, settings)
  }

  /** Makes the question whether a list leaves a droplet out; each asking counts as one strike of every such fault. */
  leavesOut(): (droplet: DropletLook) => boolean {
    const struck = this.strikeAll('leavesOut', () => true)
    return droplet => struck.some(armed => fitsDroplet(armed.match, droplet))
  }

  /** Numbers of the faults that freeze a list; each asking counts as one strike of every such fault. */
  freezing(): number[] {
    return this.strikeAll('freezes', () => true).map(({ id }) => id)
  }

  /** Mishaps that wait for a droplet, each with its delay: of all armed faults, or of one. */
  mishapsOf(droplet: DropletLook, faultId?: number): { mishap: Mishap; seconds: number }[] {
    const fits = (armed: Armed) => (faultId ?? armed.id) === armed.id && fitsDroplet(armed.match, droplet)
    return this.strikeAll('mishap', fits).flatMap(({ entry, settings }) => {
      const mishap = entry.mishap?.(settings)
      return mishap === undefined ? [] : [{ mishap, seconds: settings.seconds }]
    })
  }

  /** Seconds that the Date header is off. */
  skewSeconds(): number {
    return this.strikeAll('skew', () => true).reduce((sum, { entry, settings }) => sum + (entry.skew?.(settings) ?? 0), 0)
  }

  private first<T>(hookOf: (armed: Armed) => ((settings: CloudFaultSettings) => T) | undefined, fits: (armed: Armed) => boolean) {
    for (const armed of this.armed.values()) {
      const hook = hookOf(armed)
      if (hook !== undefined && fits(armed) && mayStrike(armed)) return hook(armed.settings)
    }
    return undefined
  }

  private strikeAll(hook: keyof CloudFault, fits: (armed: Armed) => boolean): Armed[] {
    return [...this.armed.values()].filter(armed => armed.entry[hook] !== undefined && fits(armed) && mayStrike(armed))
  }
}

/** Whether a fault that fits strikes now; counts it if so. */
function mayStrike(armed: Armed): boolean {
  if (armed.settings.times > 0 && armed.struck >= armed.settings.times) return false
  if (armed.letThrough > 0) {
    armed.letThrough--
    return false
  }
  armed.struck++
  return true
}

function fitsCall({ match, entry }: Armed, call: CallLook): boolean {
  const kindFits = match.kind === undefined ? entry.kinds?.includes(call.kind) !== false : match.kind === call.kind
  return kindFits && (namesNoDroplet(match) || fitsTagOfCall(match, call) || call.droplets.some(one => fitsDroplet(match, one)))
}

function namesNoDroplet({ name, tag, dropletId }: CloudFaultMatch): boolean {
  return name === undefined && tag === undefined && dropletId === undefined
}

/** A list or delete by tag names no droplet, only the tag. */
function fitsTagOfCall({ name, tag, dropletId }: CloudFaultMatch, call: CallLook): boolean {
  return name === undefined && dropletId === undefined && call.tag !== undefined && fitsText(tag, call.tag)
}

function fitsDroplet({ name, tag, dropletId }: CloudFaultMatch, droplet: DropletLook): boolean {
  if (dropletId !== undefined && dropletId !== droplet.id) return false
  return fitsText(name, droplet.name) && (tag === undefined || droplet.tags.some(one => fitsText(tag, one)))
}

function fitsText(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}

function settingsOf(entry: CloudFault, wish: CloudFaultWish): CloudFaultSettings {
  const { times, seconds, lastsSeconds, amount, host } = wish
  const asked = Object.entries({ times, seconds, lastsSeconds, amount, host }).filter(([, setting]) => setting !== undefined)
  const usual: CloudFaultSettings = { times: 1, seconds: 0, lastsSeconds: 0, amount: 1, host: { kind: 'lost' } }
  return { ...usual, ...entry.defaults, ...(Object.fromEntries(asked) as Partial<CloudFaultSettings>) }
}
