import type { RequestListener } from 'node:http'
import type { DropletSpec, MetadataOf } from './droplet-hosts.ts'
import { gatewayOf, netmaskOf, type Network, usualNetworks } from './network.ts'

/** What the metadata address needs to know beside the droplet. */
export interface MetadataOptions {
  networks?: { public: Network; private: Network }
  /** Hardware address of a droplet's interface; made from its number when not given. */
  macOf?: (dropletId: number, side: 'public' | 'private') => string
  /** What the cloud itself adds to the user-data, plain text. */
  vendorData?: string
  nameservers?: readonly string[]
}

/** What the metadata address answers. */
export interface MetadataAnswer {
  status: 200 | 301 | 404 | 405
  type: string
  /** Where it leads, for 301. */
  location?: string
  text: string
}

/** A folder of the tree: what is in it by name, in order. Text is a leaf. */
interface Folder {
  [name: string]: string | Folder | Listing
}

/** A folder that is only ever listed. */
type Listing = readonly string[]

const plain = 'text/plain; charset=utf-8'
const usualVendorData = '#cloud-config\ndisable_root: false\nmanage_etc_hosts: true\n'
const top = '/metadata/v1'

/**
 * Answers droplets at their metadata address: `/metadata/v1/` and `/metadata/v1.json`. Who asks is told by the address of the connection,
 * public or private; whoever is no droplet gets 404.
 */
export function metadataListener(metadataOf: MetadataOf, options: MetadataOptions = {}): RequestListener {
  return (request, response) => {
    const caller = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const droplet = metadataOf(caller, caller)
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const answer = isRead ? answerMetadata(droplet, path, options) : refusal(405, 'method not allowed\n')
    response.writeHead(answer.status, {
      'content-type': answer.type,
      'content-length': Buffer.byteLength(answer.text),
      ...(answer.location === undefined ? {} : { location: answer.location }),
    })
    response.end(request.method === 'HEAD' ? undefined : answer.text)
  }
}

/** The answer for a path. A folder without its slash leads to the one with it; what is not there is 404. */
export function answerMetadata(droplet: DropletSpec | undefined, path: string, options: MetadataOptions = {}): MetadataAnswer {
  if (droplet === undefined) return refusal(404, 'not found\n')
  const told = tell(droplet, options)
  if (path === `${top}.json`) return { status: 200, type: 'application/json', text: JSON.stringify(told) }
  return path === top || path.startsWith(`${top}/`) ? answerTree(treeOf(told), path) : refusal(404, 'not found\n')
}

function answerTree(tree: Folder, path: string): MetadataAnswer {
  const parts = path.slice(top.length).split('/').slice(1)
  const asksFolder = parts.at(-1) === ''
  const found = walk(tree, asksFolder ? parts.slice(0, -1) : parts)
  if (found === undefined || (typeof found === 'string' && asksFolder)) return refusal(404, 'not found\n')
  if (typeof found === 'string') return { status: 200, type: plain, text: found }
  return asksFolder
    ? { status: 200, type: plain, text: listOf(found) }
    : { status: 301, type: plain, location: `${path}/`, text: '' }
}

function refusal(status: 404 | 405, text: string): MetadataAnswer {
  return { status, type: plain, text }
}

interface Told {
  droplet_id: number
  hostname: string
  user_data: string
  vendor_data: string
  public_keys: string[]
  region: string
  interfaces: Record<'public' | 'private', ToldInterface[]>
  dns: { nameservers: string[] }
  floating_ip: { ipv4: { active: boolean } }
  reserved_ip: { ipv4: { active: boolean } }
  tags: string[]
  features: { dhcp_enabled: boolean }
}

interface ToldInterface {
  ipv4: { ip_address: string; netmask: string; gateway: string }
  mac: string
  type: 'public' | 'private'
}

function tell(droplet: DropletSpec, options: MetadataOptions): Told {
  const { networks = usualNetworks, macOf = usualMac, vendorData = usualVendorData } = options
  const interfaceOf = (type: 'public' | 'private', address: string): ToldInterface => ({
    ipv4: { ip_address: address, netmask: netmaskOf(networks[type]), gateway: gatewayOf(networks[type]) },
    mac: macOf(droplet.id, type),
    type,
  })
  return {
    droplet_id: droplet.id,
    hostname: droplet.name,
    user_data: droplet.userData,
    vendor_data: vendorData,
    public_keys: [...droplet.sshKeys],
    region: droplet.region,
    interfaces: {
      public: [interfaceOf('public', droplet.publicAddress)],
      private: [interfaceOf('private', droplet.privateAddress)],
    },
    dns: { nameservers: [...(options.nameservers ?? [gatewayOf(networks.public)])] },
    floating_ip: { ipv4: { active: false } },
    reserved_ip: { ipv4: { active: false } },
    tags: [...droplet.tags],
    features: { dhcp_enabled: false },
  }
}

function treeOf(told: Told): Folder {
  const interfacesOf = (side: 'public' | 'private'): Folder =>
    Object.fromEntries(told.interfaces[side].map((one, at) => [String(at), interfaceFolder(one)]))
  return {
    id: String(told.droplet_id),
    hostname: told.hostname,
    'user-data': told.user_data,
    'vendor-data': told.vendor_data,
    'public-keys': told.public_keys.join('\n'),
    region: told.region,
    interfaces: { public: interfacesOf('public'), private: interfacesOf('private') },
    dns: { nameservers: told.dns.nameservers.join('\n') },
    floating_ip: { ipv4: { active: 'false' } },
    reserved_ip: { ipv4: { active: 'false' } },
    tags: told.tags,
    features: { dhcp_enabled: String(told.features.dhcp_enabled) },
  }
}

function interfaceFolder({ ipv4, mac, type }: ToldInterface): Folder {
  return { mac, type, ipv4: { address: ipv4.ip_address, netmask: ipv4.netmask, gateway: ipv4.gateway } }
}

function walk(tree: Folder, parts: readonly string[]): string | Folder | Listing | undefined {
  let at: string | Folder | Listing | undefined = tree
  for (const part of parts) {
    if (at === undefined || typeof at === 'string' || isListing(at)) return undefined
    at = Object.hasOwn(at, part) ? at[part] : undefined
  }
  return at
}

/** One name a line; folders carry a slash. */
function listOf(folder: Folder | Listing): string {
  if (isListing(folder)) return folder.join('\n')
  return Object.entries(folder)
    .map(([name, inside]) => (typeof inside === 'string' ? name : `${name}/`))
    .join('\n')
}

function isListing(folder: Folder | Listing): folder is Listing {
  return Array.isArray(folder)
}

function usualMac(dropletId: number, side: 'public' | 'private'): string {
  const bytes = [24, 16, 8, 0].map(shift => Math.floor(dropletId / 2 ** shift) % 256)
  return [side === 'public' ? 0x04 : 0x06, 0x01, ...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':')
}
