import type { Assignment } from '../../api/assignment.ts'
import type { Price } from '../../core/cost.ts'
import type { HostKey } from '../../core/host-key.ts'

/** Where machines come from. Names are ours and unique; ids are theirs. */
export interface Provider {
  readonly name: string
  /** How what lies on its machines is read: an address is a folder of this computer, or a host that answers ssh. */
  readonly reachedBy: 'folder' | 'ssh'
  /** Asks once for a machine with this name and tags. What became of it is a value, never a throw. */
  create(name: string, boot: BootPlan): Promise<Created>
  /** Every machine we own there, by our tag. May lag behind `create` by a while. Throws a Problem when it cannot be asked. */
  list(): Promise<Machine[]>
  /** One machine as it is now: for a last look before a decision. */
  find(machineId: string): Promise<Machine | 'gone' | 'unknown'>
  /** Asks for deletion. 'going' until the provider no longer knows it, then 'gone'. Ask as often as you like. */
  destroy(machineId: string): Promise<'going' | 'gone'>
  /**
   * Bytes of disk that its machines together may still fill; undefined while that is not known. Only where they share one: so much is
   * packed that they fit on it.
   */
  freeDiskBytes?(): Promise<number | undefined>
  /** The cheapest machine that meets a need, as it would be made now. Only where machines cost money. Throws a Problem when it cannot be asked. */
  quote?(need: MachineNeed): Promise<Quoted>
}

/** What a batch asks of its machine. */
export interface MachineNeed {
  memoryGb: number
  diskBytes: number
}

/** A machine that could be made, and what it would cost. */
export interface Quote {
  /** The provider's own word for it. */
  size: string
  region: string
  memoryGb: number
  cpus: number
  diskBytes: number
  price: Price
}

/** `none`: nothing that is allowed meets the need; waiting will not help unless the provider's offer or the settings change. */
export type Quoted = { kind: 'quoted'; quote: Quote } | { kind: 'none'; why: string }

/** What became of a create. An `unknown` one is settled by listing the attempt's tag. */
export type Created =
  { kind: 'created'; machine: Machine } | { kind: 'no-capacity' | 'refused' | 'wait' | 'unknown'; why: string }

/** The provider's thing: a droplet, a group of programs on this computer, a host. */
export interface Machine {
  id: string
  /** The name we gave it. */
  name: string
  /** The attempt its tag names; undefined when it carries none. */
  attemptId: string | undefined
  /** `off`: it is there, but nothing in it runs any more. */
  status: 'new' | 'active' | 'off'
  /** How it is reached: an IP address, or a folder for local machines; undefined while there is none. */
  address: string | undefined
  createdAt: Date
  /** A person asked that it be left alone (`mf-keep`). */
  keep: boolean
  price: Price
}

/** What a machine needs to begin: enough to work even when the daemon cannot be reached. */
export interface BootPlan {
  attemptId: string
  /** Proves the agent; stored hashed in the ledger, dead when the attempt is closed. */
  token: string
  /** Where the agent calls; undefined when no daemon listens. */
  serverUrl: string | undefined
  memoryGb: number
  diskBytes: number
  /** What was quoted for it; undefined where machines cost nothing. */
  quote: Quote | undefined
  /** The key by which its ssh is known; undefined where machines are folders. */
  hostKey: HostKey | undefined
  /** No machine should live beyond this instant: said in a tag, for whoever sweeps without a ledger. */
  expiresAt: Date
  /** The work itself. */
  assignment: Assignment
}
