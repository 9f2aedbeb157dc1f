import { readFileSync, writeFileSync } from 'node:fs'
import { gatewayOf, type Network, usualNetworks } from '../network.ts'
import { macOf } from './mac-of.ts'
import { groupsOfCloud, placeFor } from './own-place.ts'
import { runCommand, tryCommand } from './run-command.ts'

/** The address from which a droplet asks about itself. */
export const metadataAddress = '169.254.169.254'

/** How the datacentre is laid out. */
export interface HubOptions {
  /** Ranges for public and private addresses; the hub has the first address of each. */
  networks?: { public: Network; private: Network }
  /** Whether droplets can reach each other. Usually not: a firewall is between them. */
  dropletsMeet?: boolean
}

/** A machine's place at the hub. */
export interface Port {
  /** Numbers every machine of this cloud, droplet or not; from 2, for 1 is the hub. */
  machineId: number
  publicAddress: string
  privateAddress: string
  /** Whether all others can reach it and it can reach all others; droplets usually meet the hub alone. */
  meetsAll: boolean
}

/** The datacentre's own end of every line: bridges in the network that this program runs in. */
export interface Hub {
  publicAddress: string
  privateAddress: string
  networks: { public: Network; private: Network }
  /** Droplets' ports meet all others. */
  dropletsMeet: boolean
  /** Gives the network namespace of a program both its lines, `eth0` and `eth1`. They are down and without address. */
  attach(port: Port, pid: number): Promise<void>
  /** Takes both lines away, also those that are not there. */
  detach(port: Port): Promise<void>
  /** What somebody types into `ip -batch` within the machine, so that it has its addresses and routes. */
  addressing(port: Port): string
  close(): Promise<void>
}

/** Names of the hub's ends of a machine's lines. Names of interfaces have at most 15 characters. */
export function linesOf(machineId: number): { public: string; private: string } {
  return { public: `p${machineId.toString(36)}`, private: `v${machineId.toString(36)}` }
}

/** Names of the hub's bridges. */
export const bridges = { public: 'cloud-public', private: 'cloud-private' } as const

/** Builds the datacentre in this program's network. Refuses a network that is not of its own or has one already. */
export async function openHub({ networks = usualNetworks, dropletsMeet = false }: HubOptions = {}): Promise<Hub> {
  groupsOfCloud()
  refuseForeignLines()
  placeFor('machines')
  const addresses = { public: gatewayOf(networks.public), private: gatewayOf(networks.private) }
  setUpKernel()
  await runCommand(['ip', '-batch', '-'], hubLines(networks, addresses))
  await makeDeviceFolder()
  return {
    publicAddress: addresses.public,
    privateAddress: addresses.private,
    networks,
    dropletsMeet,
    attach: async (port, pid) => void (await runCommand(['ip', '-batch', '-'], attachLines(port, pid))),
    detach: detachPort,
    addressing: port => addressingLines(port, networks, addresses.public),
    close: async () => {
      await tryCommand(['umount', placeFor('dev')])
      for (const bridge of Object.values(bridges)) await tryCommand(['ip', 'link', 'delete', bridge])
      for (const { cidr } of Object.values(networks)) await tryCommand(['ip', 'route', 'delete', 'blackhole', cidr])
    },
  }
}

function refuseForeignLines(): void {
  const names = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map(line => line.split(':')[0]?.trim() ?? '')
    .filter(name => name !== '')
  // Kernels give every new network a few idle tunnels and devices of its own; none of them is up.
  const routed = readFileSync('/proc/net/route', 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.split('\t')[0] ?? '')
    .filter(name => name !== '' && name !== '*')
  if (routed.length > 0) throw new Error(`this network has a way out: ${[...new Set(routed)].join(', ')}`)
  if (names.includes(bridges.public)) throw new Error('this network has a datacentre already')
}

function setUpKernel(): void {
  // Nothing is forwarded: the hub is where every line ends. IPv6 addresses would come by themselves and be a way around the firewall.
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0')
  for (const name of ['all', 'default']) tryWrite(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, '1')
}

function tryWrite(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch {
    // A kernel without IPv6 has no such file.
  }
}

function hubLines(networks: Hub['networks'], addresses: { public: string; private: string }): string {
  // The blackholes come first: an address of the cloud is never looked for elsewhere, whatever is half built.
  const lines = Object.values(networks).map(({ cidr }) => `route add blackhole ${cidr} metric 4096`)
  for (const side of ['public', 'private'] as const) {
    const bits = networks[side].cidr.split('/')[1]
    lines.push(
      // Without one given, a bridge's hardware address changes as lines come and go, and droplets ask the old one in vain.
      `link add ${bridges[side]} address ${macOf(1, side)} type bridge mcast_snooping 0`,
      `address add ${addresses[side]}/${bits} dev ${bridges[side]}`,
      `link set ${bridges[side]} up`,
    )
  }
  return [...lines, `address add ${metadataAddress}/32 dev ${bridges.public}`, ''].join('\n')
}

function attachLines({ machineId, meetsAll }: Port, pid: number): string {
  const names = linesOf(machineId)
  return (['public', 'private'] as const)
    .flatMap((side, place) => [
      `link add ${names[side]} type veth peer name eth${place} address ${macOf(machineId, side)} netns ${pid}`,
      `link set ${names[side]} master ${bridges[side]} up`,
      `link set ${names[side]} type bridge_slave isolated ${meetsAll ? 'off' : 'on'}`,
    ])
    .concat('')
    .join('\n')
}

async function detachPort(port: Port): Promise<void> {
  const names = linesOf(port.machineId)
  // What the hub remembers of its hardware addresses would send packets for the address's next owner nowhere.
  const lines = [
    `link delete ${names.public}`,
    `link delete ${names.private}`,
    `neigh delete ${port.publicAddress} dev ${bridges.public}`,
    `neigh delete ${port.privateAddress} dev ${bridges.private}`,
    '',
  ]
  await tryCommand(['ip', '-force', '-batch', '-'], lines.join('\n'))
}

function addressingLines({ publicAddress, privateAddress }: Port, networks: Hub['networks'], gateway: string): string {
  const bits = { public: networks.public.cidr.split('/')[1], private: networks.private.cidr.split('/')[1] }
  return [
    'link set lo up',
    `address add ${publicAddress}/${bits.public} dev eth0`,
    `address add ${privateAddress}/${bits.private} dev eth1`,
    'link set eth0 up',
    'link set eth1 up',
    // No default route: whatever is not in the datacentre is unreachable at once.
    `route add ${metadataAddress}/32 via ${gateway} dev eth0`,
    '',
  ].join('\n')
}

/** The devices that every machine gets; made once, seen by all. */
async function makeDeviceFolder(): Promise<void> {
  const folder = placeFor('dev')
  const nodes = [
    ['null', 1, 3],
    ['zero', 1, 5],
    ['full', 1, 7],
    ['random', 1, 8],
    ['urandom', 1, 9],
    ['tty', 5, 0],
  ] as const
  const lines = [
    'set -eu; umask 0',
    `cd ${folder}`,
    // A folder of /run that forbids devices would make them useless.
    `mount -t tmpfs -o mode=755,size=1m,dev tmpfs ${folder}; cd ${folder}`,
    ...nodes.map(([name, major, minor]) => `mknod -m 666 ${name} c ${major} ${minor}`),
    'mkdir -m 755 pts; mkdir -m 1777 shm',
    'ln -s pts/ptmx ptmx; ln -s /proc/self/fd fd; ln -s fd/0 stdin; ln -s fd/1 stdout; ln -s fd/2 stderr',
  ]
  await runCommand(['sh', '-c', lines.join('\n')])
}
