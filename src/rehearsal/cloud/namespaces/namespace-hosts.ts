import type { RequestListener } from 'node:http'
import type { DropletHosts, DropletSpec, HostFault } from '../droplet-hosts.ts'
import type { DiskFile } from './disk-file.ts'
import { machineFiles } from './droplet-files.ts'
import { type Harms, harmsOf } from './harm.ts'
import type { Hub } from './hub.ts'
import { lightBoot } from './light-boot.ts'
import { bootMachine, type Machine } from './machine.ts'
import type { View } from './machine-disk.ts'
import { type MetadataDoor, openMetadataDoor } from './metadata-door.ts'
import { realBoot } from './real-boot.ts'

/** How droplets are made. */
export interface NamespaceHostsOptions {
  hub: Hub
  /** Answers droplets that ask the metadata address (`metadataAddress`, port 80) about themselves; they are told apart by the address they ask from. */
  metadata: RequestListener
  /** `real`: Debian's cloud-init, two seconds of a processor for each droplet. `light`: our own stand-in, for cloud-config in JSON. */
  cloudInit: 'real' | 'light'
  /** Folders that are empty on droplets: homes, ledgers and libraries of the test. */
  hidden?: readonly string[]
  /** Folders that droplets see, read-only, though they lie below /tmp or in somebody's home, or on a file system of their own. */
  seen?: readonly string[]
  /** Programs that are to be found on a droplet's path under these names though they lie elsewhere. */
  programs?: Readonly<Record<string, string>>
  /** Told when a droplet has ended by itself: somebody on it typed `shutdown`, or its first program died. */
  onPoweredOff?: (dropletId: number) => void
}

/** Droplets made of namespaces, with a door into them for tests. */
export interface NamespaceHosts extends DropletHosts {
  /** The machine that is the droplet; undefined when there is none, or while it begins to boot. */
  machineOf(dropletId: number): Machine | undefined
}

interface Droplet {
  machine: Machine
  harms: Harms
}

/** Droplets made of network namespaces, beside this hub. Works only inside a network of its own (`runInOwnNetwork`). */
export async function namespaceHosts(options: NamespaceHostsOptions): Promise<NamespaceHosts> {
  const door: MetadataDoor = await openMetadataDoor(options.metadata)
  const droplets = new Map<number, Droplet>()
  const queues = new Map<number, Promise<unknown>>()
  /** What is done to a droplet is done one thing after the other. */
  const inTurn = <Answer>(dropletId: number, act: () => Promise<Answer>): Promise<Answer> => {
    const mine = (queues.get(dropletId) ?? Promise.resolve()).then(act)
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (queues.get(dropletId) === settled) queues.delete(dropletId)
      })
    queues.set(dropletId, settled)
    return mine
  }
  const known = (dropletId: number): Droplet => {
    const droplet = droplets.get(dropletId)
    if (droplet === undefined) throw new Error(`there is no droplet ${dropletId}`)
    if (!droplet.machine.isUp()) throw new Error(`droplet ${dropletId} is switched off`)
    return droplet
  }
  const end = async (dropletId: number): Promise<void> => {
    const droplet = droplets.get(dropletId)
    droplets.delete(dropletId)
    await droplet?.harms.leave()
    await droplet?.machine.end()
  }
  return {
    machineOf: dropletId => droplets.get(dropletId)?.machine,
    boot: spec =>
      inTurn(spec.id, async () => {
        if (droplets.has(spec.id)) throw new Error(`there is a droplet ${spec.id} already`)
        const machine = await bootDroplet(spec, options)
        droplets.set(spec.id, { machine, harms: harmsOf(machine, spec.id, diskMbOf(spec)) })
        void machine.down.then(() => {
          if (!machine.wasSwitchedOff()) options.onPoweredOff?.(spec.id)
        })
      }),
    end: dropletId => inTurn(dropletId, () => end(dropletId)),
    powerOff: dropletId =>
      inTurn(dropletId, async () => {
        const droplet = droplets.get(dropletId)
        if (droplet === undefined) throw new Error(`there is no droplet ${dropletId}`)
        await droplet.harms.leave()
        await droplet.machine.powerOff()
      }),
    harm: (dropletId: number, fault: HostFault) => inTurn(dropletId, () => known(dropletId).harms.harm(fault)),
    heal: dropletId => inTurn(dropletId, () => known(dropletId).harms.heal()),
    close: async () => {
      await Promise.all([...new Set([...droplets.keys(), ...queues.keys()])].map(id => inTurn(id, () => end(id))))
      await door.close()
    },
  }
}

function diskMbOf(spec: DropletSpec): number {
  return Math.round(spec.diskGb * 1024)
}

async function bootDroplet(spec: DropletSpec, options: NamespaceHostsOptions): Promise<Machine> {
  const { hub, hidden = [], seen = [], programs = {} } = options
  const links = Object.entries(programs).map(([name, place]) => ({ path: `/usr/local/bin/${name}`, leadsTo: place }))
  const view: View = { hidden, seen, shared: [] }
  return bootMachine(hub, {
    port: {
      machineId: spec.id,
      publicAddress: spec.publicAddress,
      privateAddress: spec.privateAddress,
      meetsAll: hub.dropletsMeet,
    },
    hostname: spec.name,
    memoryMb: spec.memoryMb,
    vcpus: spec.vcpus,
    diskMb: diskMbOf(spec),
    files: [...machineFiles(spec.name), ...links, ...bootFiles(spec, options.cloudInit)],
    view,
  })
}

function bootFiles(spec: DropletSpec, cloudInit: 'real' | 'light'): DiskFile[] {
  return cloudInit === 'real' ? realBoot(spec.id) : lightBoot(spec.userData, spec.sshKeys)
}
