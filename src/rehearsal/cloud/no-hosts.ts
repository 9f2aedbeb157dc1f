import type { DropletHosts, DropletSpec, HostFault } from './droplet-hosts.ts'

/** What a test does when something happens to a droplet that is only an entry. */
export interface HostHooks {
  onBoot?(droplet: DropletSpec): void | Promise<void>
  onPowerOff?(droplet: DropletSpec): void | Promise<void>
  onHarm?(droplet: DropletSpec, fault: HostFault): void | Promise<void>
  onHeal?(droplet: DropletSpec): void | Promise<void>
  /** Called once for each droplet that was switched on. */
  onEnd?(droplet: DropletSpec): void | Promise<void>
}

/** Hosts that are not there, with what would run on them played by a test. */
export interface NoHosts extends DropletHosts {
  /** Droplets that were switched on and have not ended; those that are off included. */
  on(): DropletSpec[]
}

/** Makes droplets of nothing: each is an entry, and the hooks are called in its stead. A hook that throws fails the order. */
export function noHosts(hooks: HostHooks = {}): NoHosts {
  const droplets = new Map<number, DropletSpec>()
  const ifThere = async (dropletId: number, apply: (droplet: DropletSpec) => void | Promise<void>) => {
    const droplet = droplets.get(dropletId)
    if (droplet !== undefined) await apply(droplet)
  }
  const end = async (dropletId: number) => {
    const droplet = droplets.get(dropletId)
    droplets.delete(dropletId)
    if (droplet !== undefined) await hooks.onEnd?.(droplet)
  }
  return {
    on: () => [...droplets.values()],
    async boot(droplet) {
      droplets.set(droplet.id, droplet)
      try {
        await hooks.onBoot?.(droplet)
      } catch (error) {
        droplets.delete(droplet.id)
        throw error
      }
    },
    end,
    powerOff: dropletId => ifThere(dropletId, droplet => hooks.onPowerOff?.(droplet)),
    harm: (dropletId, fault) => ifThere(dropletId, droplet => hooks.onHarm?.(droplet, fault)),
    heal: dropletId => ifThere(dropletId, droplet => hooks.onHeal?.(droplet)),
    async close() {
      for (const dropletId of [...droplets.keys()]) await end(dropletId)
    },
  }
}
