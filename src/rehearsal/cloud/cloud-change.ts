import type { HostFault } from './droplet-hosts.ts'
import type { CloudFaultWish, ShownCloudFault } from './faults/cloud-armory.ts'
import type { CallLog } from './call-log.ts'
import type { Bill } from './world/bill.ts'
import type { Account } from './world/cloud-world.ts'
import type { Size } from './world/size.ts'
import type { Droplet } from './world/droplet.ts'

/** A change to a running test cloud, as its control path takes it. */
export type CloudChange =
  | ({ kind: 'arm' } & CloudFaultWish)
  /** Disarms one fault, or all when no id is given. */
  | { kind: 'disarm'; id?: number }
  | { kind: 'set-account'; account: Partial<Account> }
  /** Whether a size is sold at all, where, and at what price. */
  | { kind: 'set-size'; slug: string; sold: Partial<Pick<Size, 'available' | 'regions' | 'hourlyPrice'>> }
  | { kind: 'set-region'; slug: string; available: boolean }
  | { kind: 'harm'; dropletId: number; fault: HostFault }
  | { kind: 'heal'; dropletId: number }
  /** The droplet's host has switched itself off. */
  | { kind: 'note-off'; dropletId: number }
  /** Forgets the calls that were made. */
  | { kind: 'forget-calls' }

/** A droplet as the control path shows it, whatever the API says of it. */
export interface ShownDroplet {
  id: number
  name: string
  status: Droplet['status']
  size: string
  region: string
  publicAddress: string
  privateAddress: string
  tags: string[]
  event: string | null
  endedBy: string | null
  userDataBytes: number
}

/** The bill as JSON can carry it: exact numbers as text. */
export interface ShownBill {
  at: string
  cents: string
  parts: string
  partsPerDollar: string
  lines: { dropletId: number; name: string; size: string; by: string; seconds: number; chargedSeconds: number; parts: string }[]
}

/** What the control path answers, by what is asked. */
export interface CloudAnswers {
  calls: ReturnType<CallLog['all']>
  counts: Record<string, number>
  droplets: ShownDroplet[]
  bill: ShownBill
  faults: ShownCloudFault[]
  menu: { name: string; does: string }[]
}

/** A bill as the control path shows it. */
export function showBill(bill: Bill, partsPerDollar: bigint): ShownBill {
  return {
    at: bill.at.toISOString(),
    cents: String(bill.cents),
    parts: String(bill.parts),
    partsPerDollar: String(partsPerDollar),
    lines: bill.lines.map(({ dropletId, name, size, by, seconds, chargedSeconds, parts }) => ({
      ...{ dropletId, name, size, by, seconds, chargedSeconds },
      parts: String(parts),
    })),
  }
}

/** A droplet as the control path shows it. */
export function showEntry(droplet: Droplet): ShownDroplet {
  const { id, name, status, size, region, publicAddress, privateAddress, tags, event, ended, userData } = droplet
  return {
    ...{ id, name, status, size: size.slug, region: region.slug, publicAddress, privateAddress, tags },
    event: event ?? null,
    endedBy: ended?.by ?? null,
    userDataBytes: Buffer.byteLength(userData),
  }
}
