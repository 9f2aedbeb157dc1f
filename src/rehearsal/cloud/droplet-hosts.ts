/** A droplet as the test cloud wants it to be. */
export interface DropletSpec {
  id: number
  /** Its host name. */
  name: string
  region: string
  publicAddress: string
  privateAddress: string
  memoryMb: number
  vcpus: number
  diskGb: number
  /** As the create call gave it, plain text. */
  userData: string
  /** Public ssh keys that the create call asked for. */
  sshKeys: string[]
  tags: string[]
}

/** What happens to a droplet that runs. */
export type HostFault =
  /** Its line is cut until it is healed. */
  | { kind: 'lost' }
  | { kind: 'slow'; megabitsPerSecond: number; lossPercent: number; delayMs: number }
  /** Nothing in it gets a processor: its kernel answers, its programs do not. */
  | { kind: 'frozen' }
  /** Somebody fills its disk. */
  | { kind: 'disk-full' }
  /** A program in it asks for more memory than there is. */
  | { kind: 'out-of-memory' }

/** What makes the droplets of the test cloud real, or plays at it. */
export interface DropletHosts {
  /** Switches one on: it gets its addresses and begins to boot. Rejects when it cannot; then nothing of it is left. */
  boot(droplet: DropletSpec): Promise<void>
  /** Ends one, with everything on it; one that is not there is ended already. */
  end(dropletId: number): Promise<void>
  /** Switches one off; its disk stays until it is ended. */
  powerOff(dropletId: number): Promise<void>
  harm(dropletId: number, fault: HostFault): Promise<void>
  /** Takes every harm away again that can be taken away. */
  heal(dropletId: number): Promise<void>
  /** Ends all of them and gives everything back. */
  close(): Promise<void>
}

/** What a droplet is told of itself by the metadata address, by the address it asks from; undefined when no droplet has it. */
export type MetadataOf = (publicAddress: string, privateAddress: string) => DropletSpec | undefined
