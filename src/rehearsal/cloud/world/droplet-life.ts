import type { CloudSettings, Span } from '../cloud-settings.ts'
import type { DropletSpec } from '../droplet-hosts.ts'
import type { BirthPlan, DestroyPlan, Mishap } from '../faults/cloud-fault.ts'
import type { CloudArmory, DropletLook } from '../faults/cloud-armory.ts'
import { fraction } from '../../seeded-chance.ts'
import { AddressPool } from './address-pool.ts'
import type { Agenda } from './agenda.ts'
import { breaksCreate } from './breaks-create.ts'
import type { ActionBook, CloudAction } from './cloud-action.ts'
import type { Droplet, DropletEvent, DropletWish, EndedBy } from './droplet.ts'
import type { HostOrder } from './host-order.ts'

// Places in a network before these are left for gateways and for machines of the test's own.
const firstPlace = 32

/** What a droplet's life needs of the world. */
export interface LifeParts {
  settings: CloudSettings
  agenda: Agenda
  actions: ActionBook
  faults: CloudArmory
  order: (order: HostOrder) => void
}

/** What happens to droplets from the accepted create to the end, each thing at its instant on the agenda. Instants are milliseconds. */
export class DropletLife {
  private readonly parts: LifeParts
  private readonly publicPool: AddressPool
  private readonly privatePool: AddressPool
  private lastId = 512_000_000

  constructor(parts: LifeParts) {
    this.parts = parts
    this.publicPool = new AddressPool(parts.settings.networks.public, firstPlace)
    this.privatePool = new AddressPool(parts.settings.networks.private, firstPlace)
  }

  /** Makes a droplet and begins its life; says also what its plan is. */
  bear(
    wish: DropletWish,
    name: string,
    tags: string[],
    nowMs: number,
  ): { droplet: Droplet; action: CloudAction; plan: BirthPlan } {
    const id = ++this.lastId
    const plan = this.planBirth({ id, name, tags }, wish.userData)
    const droplet: Droplet = {
      // A price that changes later is not this droplet's.
      ...{ id, name, size: structuredClone(wish.size), region: wish.region, image: wish.image },
      ...{ userData: wish.userData, sshKeys: wish.sshKeys },
      ...{ vpcUuid: wish.vpcUuid, features: wish.features, isPrivateOnly: wish.isPrivateOnly },
      ...{ createdAtMs: nowMs, tags, status: 'new', event: 'create' },
      ...this.takeAddresses(id),
      showsAddresses: false,
      isInLists: false,
      isHidden: plan.foundAfterSeconds > 0,
      ended: undefined,
    }
    const action = this.parts.actions.begin('create', droplet, nowMs)
    this.begin(droplet, action, plan)
    return { droplet, action, plan }
  }

  /** Begins to destroy a droplet. */
  destroy(droplet: Droplet, nowMs: number): void {
    const { agenda, actions, faults, settings } = this.parts
    const plan: DestroyPlan = {
      afterSeconds: this.draw(droplet.id, 4, settings.destroy),
      comesBackAfterSeconds: undefined,
      goneFromListSeconds: this.draw(droplet.id, 5, settings.goneFromList),
    }
    faults.planDestroy(plan, droplet)
    const action = actions.begin('destroy', droplet, nowMs)
    if (plan.afterSeconds === undefined) return actions.end(action, 'errored', nowMs)
    droplet.event = 'destroy'
    agenda.add(nowMs + plan.afterSeconds * 1000, atMs => {
      if (plan.comesBackAfterSeconds !== undefined) return this.hide(droplet, action, plan.comesBackAfterSeconds, atMs)
      actions.end(action, 'completed', atMs)
      this.end(droplet, 'destroyed', atMs, plan.goneFromListSeconds)
    })
  }

  /** Begins to switch a droplet off. */
  switchOff(droplet: Droplet, type: 'power_off' | 'shutdown', nowMs: number): CloudAction {
    const { agenda, actions, settings } = this.parts
    const action = actions.begin(type, droplet, nowMs)
    droplet.event = type
    agenda.add(nowMs + this.draw(droplet.id, 6, settings.switchOff) * 1000, atMs => {
      actions.end(action, 'completed', atMs)
      this.release(droplet, type)
      this.goOff(droplet)
    })
    return action
  }

  /** Says that a droplet has switched itself off. */
  noteOff(droplet: Droplet): void {
    if (droplet.ended === undefined && droplet.status === 'active') droplet.status = 'off'
  }

  /** Lets a mishap befall a droplet at an instant, if it is still there then. */
  plan(droplet: Droplet, mishap: Mishap, atMs: number): void {
    this.parts.agenda.add(atMs, nowMs => {
      if (droplet.ended === undefined) this.befall(droplet, mishap, nowMs)
    })
  }

  /** The last instant: addresses go back, the host ends, lists forget it after a while. */
  end(
    droplet: Droplet,
    by: EndedBy,
    atMs: number,
    inListSeconds = this.draw(droplet.id, 5, this.parts.settings.goneFromList),
  ): void {
    if (droplet.ended !== undefined) return
    droplet.ended = { atMs, by }
    droplet.event = undefined
    this.publicPool.giveBack(droplet.publicAddress)
    this.privatePool.giveBack(droplet.privateAddress)
    this.parts.order({ kind: 'end', dropletId: droplet.id })
    this.parts.agenda.add(atMs + inListSeconds * 1000, () => (droplet.isInLists = false))
  }

  private planBirth(look: DropletLook & { id: number }, userData: string): BirthPlan {
    const { settings, faults } = this.parts
    const { id } = look
    const isBroken = breaksCreate(userData)
    const plan: BirthPlan = {
      activeAfterSeconds: isBroken ? undefined : this.draw(id, 1, settings.boot),
      addressAfterSeconds: this.draw(id, 2, settings.address),
      inListAfterSeconds: this.draw(id, 3, settings.newInList),
      foundAfterSeconds: 0,
      goneAfterSeconds: isBroken ? this.draw(id, 1, settings.boot) : undefined,
      errsAfterSeconds: undefined,
      isDead: false,
      twins: 0,
    }
    faults.planBirth(plan, look)
    return plan
  }

  private begin(droplet: Droplet, action: CloudAction, plan: BirthPlan): void {
    const { agenda, actions, settings } = this.parts
    const after = (seconds: number | undefined, happen: (atMs: number) => void) => {
      if (seconds === undefined) return
      agenda.add(droplet.createdAtMs + seconds * 1000, atMs => droplet.ended === undefined && happen(atMs))
    }
    after(plan.foundAfterSeconds, () => (droplet.isHidden = false))
    after(plan.inListAfterSeconds, () => (droplet.isInLists = true))
    after(settings.createEventSeconds, () => this.release(droplet, 'create'))
    after(plan.activeAfterSeconds, atMs => this.activate(droplet, action, plan, atMs))
    after(plan.errsAfterSeconds, atMs => {
      actions.end(action, 'errored', atMs)
      this.release(droplet, 'create')
    })
    after(plan.goneAfterSeconds, atMs => {
      actions.end(action, 'errored', atMs)
      this.end(droplet, 'no-capacity', atMs)
    })
  }

  private activate(droplet: Droplet, action: CloudAction, plan: BirthPlan, atMs: number): void {
    const { agenda, actions, faults, order } = this.parts
    actions.end(action, 'completed', atMs)
    this.release(droplet, 'create')
    droplet.status = 'active'
    if (!plan.isDead) order({ kind: 'boot', dropletId: droplet.id, spec: specOf(droplet) })
    if (plan.addressAfterSeconds !== undefined) {
      agenda.add(atMs + plan.addressAfterSeconds * 1000, () => (droplet.showsAddresses = true))
    }
    for (const { mishap, seconds } of faults.mishapsOf(droplet)) this.plan(droplet, mishap, atMs + seconds * 1000)
  }

  private befall(droplet: Droplet, mishap: Mishap, atMs: number): void {
    const { order } = this.parts
    const dropletId = droplet.id
    switch (mishap.kind) {
      case 'vanish':
        return this.end(droplet, 'vanished', atMs)
      case 'off':
        return this.goOff(droplet)
      case 'busy':
        droplet.event = mishap.event
        return this.later(atMs, mishap.lastsSeconds, () => this.release(droplet, mishap.event))
      case 'host':
        order({ kind: 'harm', dropletId, fault: mishap.fault })
        return this.later(atMs, mishap.lastsSeconds, () => droplet.ended === undefined && order({ kind: 'heal', dropletId }))
    }
  }

  private later(fromMs: number, seconds: number, happen: () => void): void {
    if (seconds > 0) this.parts.agenda.add(fromMs + seconds * 1000, happen)
  }

  private goOff(droplet: Droplet): void {
    if (droplet.ended !== undefined || droplet.status === 'off') return
    droplet.status = 'off'
    this.parts.order({ kind: 'power-off', dropletId: droplet.id })
  }

  /** A droplet that looks destroyed and is not. */
  private hide(droplet: Droplet, action: CloudAction, seconds: number, atMs: number): void {
    this.parts.actions.end(action, 'completed', atMs)
    this.release(droplet, 'destroy')
    droplet.isHidden = true
    droplet.isInLists = false
    this.parts.agenda.add(atMs + seconds * 1000, () => {
      if (droplet.ended !== undefined) return
      droplet.isHidden = false
      droplet.isInLists = true
    })
  }

  private release(droplet: Droplet, event: DropletEvent): void {
    if (droplet.event === event) droplet.event = undefined
  }

  private takeAddresses(id: number): { publicAddress: string; privateAddress: string } {
    const { seed, addressReuse } = this.parts.settings
    const draw = (salt: number) => fraction(seed, id * 16 + salt)
    return {
      publicAddress: this.publicPool.take(addressReuse, draw(7), draw(8)),
      privateAddress: this.privatePool.take(addressReuse, draw(9), draw(10)),
    }
  }

  /** Seconds within a span, by the seed, the droplet and what they are for; whole milliseconds. */
  private draw(id: number, salt: number, [least, most]: Span): number {
    return Math.round(1000 * (least + (most - least) * fraction(this.parts.settings.seed, id * 16 + salt))) / 1000
  }
}

/** What a host is told of a droplet. */
export function specOf(droplet: Droplet): DropletSpec {
  const { id, name, region, publicAddress, privateAddress, size, userData, sshKeys, tags } = droplet
  return {
    ...{ id, name, region: region.slug, publicAddress, privateAddress },
    ...{ memoryMb: size.memoryMb, vcpus: size.vcpus, diskGb: size.diskGb },
    ...{ userData, sshKeys: [...sshKeys], tags: [...tags] },
  }
}
