import type { Clock } from '../../core/clock.ts'
import { CallLog } from './call-log.ts'
import { applyCloudChange, type CloudControls } from './cloud-control.ts'
import type { CloudChange } from './cloud-change.ts'
import { startCloudServer } from './cloud-server.ts'
import { type CloudSettings, usualSettings } from './cloud-settings.ts'
import type { DropletHosts, MetadataOf } from './droplet-hosts.ts'
import type { CloudFaultWish } from './faults/cloud-armory.ts'
import { HostRunner, type HostTrouble } from './host-runner.ts'
import { noHosts } from './no-hosts.ts'
import { type Bill, billOf } from './world/bill.ts'
import { CloudWorld } from './world/cloud-world.ts'

/** What hosts may ask and tell of the world. */
export interface HostNeeds {
  /** For the metadata address of droplets. */
  metadataOf: MetadataOf
  /** To be told when a droplet has switched itself off, as after a `shutdown` inside it. */
  noteOff: (dropletId: number) => void
}

/** How a test cloud is to be opened. What is not said is as in `usualSettings`. */
export interface CloudOptions extends Partial<CloudSettings> {
  /** What makes droplets real, or a function that makes it; without it they are only entries. */
  hosts?: DropletHosts | ((needs: HostNeeds) => DropletHosts | Promise<DropletHosts>)
  /** The cloud's time; this machine's when not given. */
  clock?: Clock
  /** The address to listen at; the loopback address when not given. */
  host?: string
  /** 0, the default, takes any free one. */
  port?: number
  /**
   * How often the world looks by itself whether something is due, in milliseconds of this machine's clock; 0 never, for clocks that are
   * moved by hand: there `settle` is called. 200 when not given.
   */
  tickMs?: number
}

/** A test cloud that listens in this very program. */
export interface OpenCloud {
  /** `http://127.0.0.1:40123`, for the setting that says where the API is. */
  url: string
  world: CloudWorld
  calls: CallLog
  /** What could not be done on hosts. */
  troubles: readonly HostTrouble[]
  /** Arms a fault and says its number. */
  arm(wish: CloudFaultWish): number
  /** Disarms one fault, or all. */
  disarm(id?: number): void
  change(change: CloudChange): void
  /** What everything up to now costs. */
  bill(): Bill
  /** Lets everything happen that is due, and waits until the hosts have done it. */
  settle(): Promise<void>
  /** Stops listening and ends every host. */
  close(): Promise<void>
}

/** Opens a test cloud. Rejects when it cannot listen, or its hosts cannot be made. */
export async function openCloud(options: CloudOptions = {}): Promise<OpenCloud> {
  const { hosts: wanted = noHosts(), clock = () => new Date(), host = '127.0.0.1', port = 0, tickMs = 200, ...settings } = options
  // Nothing is ordered before the first call, and by then there are hosts.
  const order: CloudControls['order'] = one => runner.take(one)
  const world = new CloudWorld({ ...usualSettings, ...settings }, clock, order)
  const metadataOf: MetadataOf = (publicAddress, privateAddress) => world.metadataOf(publicAddress, privateAddress)
  const noteOff = (dropletId: number) => world.noteOff(dropletId)
  const hosts = typeof wanted === 'function' ? await wanted({ metadataOf, noteOff }) : wanted
  const runner = new HostRunner(hosts)
  const calls = new CallLog()
  const controls = { world, calls, order }
  const server = await startCloudServer(controls, { host, port })
  const ticking = tickMs > 0 ? setInterval(() => world.settle(), tickMs) : undefined
  return {
    url: server.url,
    world,
    calls,
    troubles: runner.troubles,
    arm: wish => world.arm(wish),
    disarm: id => world.faults.disarm(id),
    change: change => void applyCloudChange(controls, change),
    bill() {
      world.settle()
      return billOf(world.all(), world.nowMs())
    },
    async settle() {
      world.settle()
      await runner.idle()
    },
    async close() {
      clearInterval(ticking)
      await server.close()
      await runner.idle()
      await hosts.close()
    },
  }
}
