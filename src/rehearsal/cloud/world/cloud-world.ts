import type { Clock } from '../../../core/clock.ts'
import type { CloudSettings } from '../cloud-settings.ts'
import type { DropletSpec } from '../droplet-hosts.ts'
import { CloudArmory, type CloudFaultWish } from '../faults/cloud-armory.ts'
import { dropletLimit, forbidden, notFound, pendingEvent, unprocessable } from '../refusal.ts'
import { Agenda } from './agenda.ts'
import { ActionBook, type CloudAction } from './cloud-action.ts'
import { type Droplet, type DropletWish, isFound } from './droplet.ts'
import { DropletLife, specOf } from './droplet-life.ts'
import type { HostOrder } from './host-order.ts'
import { allImages } from './image.ts'
import { KeyBook } from './key-book.ts'
import { allRegions } from './region.ts'
import { allSizes } from './size.ts'
import { TagBook } from './tag-book.ts'

/** What the API tells of the account. */
export interface Account {
  dropletLimit: number
  status: 'active' | 'warning' | 'locked'
  statusMessage: string
}

/**
 * A cloud: what it has, and the rules by which it changes. It does nothing by itself: what is due happens when somebody looks
 * (`settle`). Its time is the clock it is given.
 */
export class CloudWorld {
  readonly settings: CloudSettings
  readonly clock: Clock
  readonly account: Account
  readonly regions = allRegions()
  readonly sizes = allSizes()
  readonly images = allImages(this.regions.map(region => region.slug))
  readonly keys = new KeyBook()
  readonly tags = new TagBook()
  readonly actions = new ActionBook()
  readonly faults = new CloudArmory()
  private readonly agenda = new Agenda()
  private readonly droplets = new Map<number, Droplet>()
  /** Lists as they were when a fault was armed, by its number. */
  private readonly frozenLists = new Map<number, readonly Droplet[]>()
  private readonly life: DropletLife

  /** `order` is called, in order, for everything that has to happen on a droplet's host. */
  constructor(settings: CloudSettings, clock: Clock, order: (order: HostOrder) => void) {
    this.settings = settings
    this.clock = clock
    this.account = { dropletLimit: settings.dropletLimit, status: 'active', statusMessage: '' }
    const { agenda, actions, faults } = this
    this.life = new DropletLife({ settings, agenda, actions, faults, order })
  }

  /** Milliseconds of the epoch by the cloud's clock. */
  nowMs(): number {
    return this.clock().getTime()
  }

  /** Lets everything happen that is due. */
  settle(): void {
    this.agenda.runUntil(this.nowMs())
  }

  /** When the next thing is due; undefined when nothing is to come. For clocks that are moved by hand. */
  nextDueAt(): Date | undefined {
    const atMs = this.agenda.nextAtMs()
    return atMs === undefined ? undefined : new Date(atMs)
  }

  /** Accepts a wish for droplets: one for each name. Refuses by the account's limit. */
  create(wish: DropletWish): { droplet: Droplet; action: CloudAction }[] {
    if (this.account.status === 'locked') throw forbidden()
    if (this.living().length + wish.names.length > this.account.dropletLimit) throw dropletLimit()
    return wish.names.map(name => {
      const born = this.bear(wish, name)
      for (let twin = 0; twin < born.plan.twins; twin++) this.bear(wish, name)
      return born
    })
  }

  /** A droplet that a look-up by number finds. Refuses with 404. */
  find(id: number): Droplet {
    const droplet = this.droplets.get(id)
    if (droplet === undefined || !isFound(droplet)) throw notFound()
    return droplet
  }

  /** A droplet by number, gone or hidden ones too. */
  look(id: number): Droplet | undefined {
    return this.droplets.get(id)
  }

  /** What lists show now, the latest first: they lag behind, and faults leave some out. */
  listed(): readonly Droplet[] {
    const isLeftOut = this.faults.leavesOut()
    const [frozenBy] = this.faults.freezing()
    const shown = (frozenBy === undefined ? undefined : this.frozenLists.get(frozenBy)) ?? this.inLists()
    return shown.filter(droplet => !isLeftOut(droplet))
  }

  /** Every droplet that there ever was, in the order in which they were made. */
  all(): Droplet[] {
    return [...this.droplets.values()]
  }

  /** The droplets that are billed now, hidden or not. */
  living(): Droplet[] {
    return this.all().filter(droplet => droplet.ended === undefined)
  }

  /** Accepts to destroy a droplet. Refuses what is not found, and what an event keeps busy. */
  destroy(id: number): void {
    const droplet = this.find(id)
    if (droplet.event === 'destroy') throw unprocessable('a destroy is already in progress')
    if (droplet.event !== undefined) throw pendingEvent()
    this.life.destroy(droplet, this.nowMs())
  }

  /** Accepts to switch a droplet off. Refuses what is not found, what is busy, and what is off. */
  switchOff(id: number, type: 'power_off' | 'shutdown'): CloudAction {
    const droplet = this.find(id)
    if (droplet.event !== undefined) throw pendingEvent()
    if (droplet.status !== 'active') throw unprocessable('Droplet is already powered off.')
    return this.life.switchOff(droplet, type, this.nowMs())
  }

  /** Puts a tag on a droplet; the tag has to be there. */
  tag(droplet: Droplet, tag: string): void {
    if (!droplet.tags.includes(tag)) droplet.tags = [...droplet.tags, tag]
  }

  untag(droplet: Droplet, tag: string): void {
    droplet.tags = droplet.tags.filter(one => one !== tag)
  }

  /** Arms a fault and says its number. One that befalls running droplets befalls those that run now, too. */
  arm(wish: CloudFaultWish): number {
    this.settle()
    const faultId = this.faults.arm(wish)
    if (wish.fault === 'list-frozen') this.frozenLists.set(faultId, structuredClone(this.inLists()))
    for (const droplet of this.living().filter(({ status }) => status === 'active')) {
      for (const { mishap, seconds } of this.faults.mishapsOf(droplet, faultId)) {
        this.life.plan(droplet, mishap, this.nowMs() + seconds * 1000)
      }
    }
    this.settle()
    return faultId
  }

  /** Says that a droplet's host has switched itself off, as after a `shutdown` inside it. */
  noteOff(id: number): void {
    const droplet = this.droplets.get(id)
    if (droplet !== undefined) this.life.noteOff(droplet)
  }

  /** The droplet that has an address now, as its metadata tells of it. */
  metadataOf(publicAddress: string, privateAddress: string): DropletSpec | undefined {
    const droplet = this.living().find(one => one.publicAddress === publicAddress || one.privateAddress === privateAddress)
    return droplet === undefined ? undefined : specOf(droplet)
  }

  private inLists(): Droplet[] {
    return this.all()
      .filter(droplet => droplet.isInLists && !droplet.isHidden)
      .reverse()
  }

  private bear(wish: DropletWish, name: string) {
    const tags = [...new Set(wish.tags.map(tag => this.tags.make(tag)))]
    const born = this.life.bear(wish, name, tags, this.nowMs())
    this.droplets.set(born.droplet.id, born.droplet)
    return born
  }
}
