import type { DropletHosts } from './droplet-hosts.ts'
import type { HostOrder } from './world/host-order.ts'

/** An order that could not be done. */
export interface HostTrouble {
  order: HostOrder['kind']
  dropletId: number
  why: string
}

const nothing = Promise.resolve()

/**
 * Does what the world orders of its hosts: for one droplet in order, for several at once, and no boot before whoever had one of its
 * addresses has ended.
 */
export class HostRunner {
  /** What could not be done; a droplet whose boot failed stays active, and nothing runs in it. */
  readonly troubles: HostTrouble[] = []
  private readonly hosts: DropletHosts
  private readonly lastOfDroplet = new Map<number, Promise<void>>()
  private readonly lastEndOfAddress = new Map<string, Promise<void>>()
  private readonly addresses = new Map<number, string[]>()
  private taken = 0

  constructor(hosts: DropletHosts) {
    this.hosts = hosts
  }

  /** Takes an order; it is done by and by. */
  take(order: HostOrder): void {
    this.taken++
    const { dropletId } = order
    const before = [this.lastOfDroplet.get(dropletId) ?? nothing]
    if (order.kind === 'boot') {
      const addresses = [order.spec.publicAddress, order.spec.privateAddress]
      this.addresses.set(dropletId, addresses)
      before.push(...addresses.map(address => this.lastEndOfAddress.get(address) ?? nothing))
    }
    const done = this.finish(order, before)
    this.lastOfDroplet.set(dropletId, done)
    if (order.kind !== 'end') return
    for (const address of this.addresses.get(dropletId) ?? []) this.lastEndOfAddress.set(address, done)
    this.addresses.delete(dropletId)
  }

  /** Waits until everything that was taken is done, what was taken meanwhile included. */
  async idle(): Promise<void> {
    let seen: number
    do {
      seen = this.taken
      await Promise.all(this.lastOfDroplet.values())
    } while (seen !== this.taken)
  }

  private async finish(order: HostOrder, before: readonly Promise<void>[]): Promise<void> {
    await Promise.all(before)
    try {
      await this.carryOut(order)
    } catch (error) {
      this.troubles.push({
        order: order.kind,
        dropletId: order.dropletId,
        why: error instanceof Error ? error.message : String(error),
      })
    }
  }

  private carryOut(order: HostOrder): Promise<void> {
    switch (order.kind) {
      case 'boot':
        return this.hosts.boot(order.spec)
      case 'end':
        return this.hosts.end(order.dropletId)
      case 'power-off':
        return this.hosts.powerOff(order.dropletId)
      case 'harm':
        return this.hosts.harm(order.dropletId, order.fault)
      case 'heal':
        return this.hosts.heal(order.dropletId)
    }
  }
}
