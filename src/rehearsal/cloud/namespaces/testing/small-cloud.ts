import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DropletSpec } from '../../droplet-hosts.ts'
import { addressAt, usualNetworks } from '../../network.ts'
import { type Hub, type HubOptions, openHub } from '../hub.ts'
import { namespaceHosts, type NamespaceHosts, type NamespaceHostsOptions } from '../namespace-hosts.ts'
import { type CommandEnd, runCommand, tryCommand } from '../run-command.ts'
import { tinyMetadata } from './tiny-metadata.ts'

/** A hub with droplets, a person's key that they let in, and host keys to pin. */
export interface SmallCloud {
  hub: Hub
  hosts: NamespaceHosts
  /** For files of a test, in memory. */
  folder: string
  /** A droplet with the place-th addresses (from 2), 512 MB of memory and 1 GB of disk, whose host key is `hostKey` and which lets the person in. */
  droplet(place: number, change?: Partial<DropletSpec>, config?: Record<string, unknown>): Promise<DropletSpec>
  /** The public half of the host key pinned for a droplet. */
  hostKey(dropletId: number): string
  /** Boots it, and waits until its ssh daemon answers. */
  boot(droplet: DropletSpec): Promise<void>
  /** What ssh is called with, as one word for a remote shell: the host's key must be the one pinned for `pinned`. */
  sshWords(pinned: DropletSpec, patienceSeconds?: number): string[]
  /** Gives up after so many seconds of silence: 60 when not said, for a machine under load. */
  ssh(droplet: DropletSpec, command: string, patienceSeconds?: number): Promise<CommandEnd>
  close(): Promise<void>
}

/** Opens one, in this program's network. */
export async function smallCloud(
  options: Partial<Omit<NamespaceHostsOptions, 'hub' | 'metadata'>> & HubOptions = {},
): Promise<SmallCloud> {
  const hub = await openHub(options)
  const folder = '/run/small-cloud'
  mkdirSync(folder, { recursive: true })
  const droplets = new Map<string, DropletSpec>()
  const metadata = tinyMetadata(address => droplets.get(address))
  const hosts = await namespaceHosts({ cloudInit: 'light', seen: ownFoldersElsewhere(), ...options, hub, metadata })
  const person = await makeKey(join(folder, 'person'))
  const sshWords = ({ id, publicAddress }: DropletSpec, patienceSeconds = 60): string[] => {
    const known = join(folder, `known-${id}`)
    writeFileSync(known, `${publicAddress} ${readFileSync(join(folder, `host-${id}.pub`), 'utf8')}`)
    const flags = [
      `UserKnownHostsFile=${known}`,
      'StrictHostKeyChecking=yes',
      'BatchMode=yes',
      `ConnectTimeout=${patienceSeconds}`,
    ]
    const silence = [`ServerAliveInterval=${Math.ceil(patienceSeconds / 3)}`, 'ServerAliveCountMax=3']
    return ['ssh', '-F', 'none', '-i', join(folder, 'person'), ...[...flags, ...silence].flatMap(flag => ['-o', flag])]
  }
  const ssh = (droplet: DropletSpec, command: string, patienceSeconds?: number): Promise<CommandEnd> =>
    tryCommand(['env', ...sshWords(droplet, patienceSeconds), `root@${droplet.publicAddress}`, command])
  return {
    hub,
    hosts,
    folder,
    sshWords,
    ssh,
    hostKey: dropletId => readFileSync(join(folder, `host-${dropletId}.pub`), 'utf8'),
    droplet: async (place, change = {}, config = {}) => {
      const id = change.id ?? 300_000_000 + place
      const publicHalf = await makeKey(join(folder, `host-${id}`))
      const privateHalf = readFileSync(join(folder, `host-${id}`), 'utf8')
      const pinned = { ssh_keys: { ed25519_private: privateHalf, ed25519_public: publicHalf } }
      return aDroplet(id, place, {
        userData: `#cloud-config\n${JSON.stringify({ ...pinned, ...config })}`,
        sshKeys: [person],
        ...change,
      })
    },
    boot: async droplet => {
      droplets.set(droplet.publicAddress, droplet)
      await hosts.boot(droplet)
      await until(`droplet ${droplet.name} answers`, () => hasSsh(droplet.publicAddress))
    },
    close: async () => {
      await hosts.close()
      await hub.close()
    },
  }
}

/** Where Node and the tests lie, if that is where droplets have folders of their own. */
function ownFoldersElsewhere(): string[] {
  const elsewhere = ['/tmp', '/var/tmp', '/root', '/home']
  return [process.cwd(), dirname(process.execPath)].filter(path => elsewhere.some(folder => path.startsWith(`${folder}/`)))
}

function aDroplet(id: number, place: number, change: Partial<DropletSpec>): DropletSpec {
  return {
    id,
    name: `mf-${place}`,
    region: 'lon1',
    publicAddress: addressAt(usualNetworks.public, place),
    privateAddress: addressAt(usualNetworks.private, place),
    memoryMb: 512,
    vcpus: 1,
    diskGb: 1,
    userData: '',
    sshKeys: [],
    tags: [],
    ...change,
  }
}

/** Whether an ssh daemon says there what it is. */
async function hasSsh(address: string): Promise<boolean> {
  const socket = connect({ host: address, port: 22, timeout: 10_000 })
  try {
    return await new Promise(resolve => {
      socket.once('data', chunk => resolve(chunk.toString().startsWith('SSH-')))
      for (const event of ['error', 'timeout', 'close']) socket.once(event, () => resolve(false))
    })
  } finally {
    socket.destroy()
  }
}

/** Makes a pair of ssh keys at a path; answers the public half. */
async function makeKey(path: string): Promise<string> {
  await runCommand(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path])
  return readFileSync(`${path}.pub`, 'utf8').trim()
}

/** Waits until something is so, looking five times a second; throws after 600 looks. */
export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let looks = 0; !(await isSo()); looks++) {
    if (looks >= 600) throw new Error(`waited in vain until ${what}`)
    await sleep(200)
  }
}
