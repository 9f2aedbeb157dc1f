import type { Image } from './image.ts'
import type { Region } from './region.ts'
import type { Size } from './size.ts'

/** What somebody asked for, checked: everything in it exists. */
export interface DropletWish {
  /** One droplet each. */
  names: readonly string[]
  size: Size
  region: Region
  image: Image
  userData: string
  /** The public keys themselves. */
  sshKeys: readonly string[]
  tags: readonly string[]
  vpcUuid: string
  features: readonly string[]
  /** It gets no public address. */
  isPrivateOnly: boolean
}

/** An event of the cloud that a droplet is in the middle of; others have to wait. */
export type DropletEvent = 'create' | 'destroy' | 'power_off' | 'shutdown' | 'snapshot'

/** How a droplet came to its end. */
export type EndedBy = 'destroyed' | 'vanished' | 'no-capacity'

/** A droplet as the cloud knows it. It stays in the books for ever; `ended` says that it is gone. Instants are milliseconds of the epoch. */
export interface Droplet {
  readonly id: number
  readonly name: string
  readonly size: Size
  readonly region: Region
  readonly image: Image
  readonly userData: string
  readonly sshKeys: readonly string[]
  readonly vpcUuid: string
  readonly features: readonly string[]
  readonly isPrivateOnly: boolean
  readonly createdAtMs: number
  /** Its addresses from the first moment, shown or not; after its end another droplet may have them. */
  readonly publicAddress: string
  readonly privateAddress: string
  tags: string[]
  status: 'new' | 'active' | 'off'
  showsAddresses: boolean
  isInLists: boolean
  /** Not found although it is there. */
  isHidden: boolean
  event: DropletEvent | undefined
  ended: { atMs: number; by: EndedBy } | undefined
}

/** Whether a look-up by id finds a droplet. */
export function isFound(droplet: Droplet): boolean {
  return droplet.ended === undefined && !droplet.isHidden
}
