import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What control groups can do for a machine here, and where. Version 1 has one tree for each kind, version 2 one for all. */
export interface ControlTrees {
  version: 1 | 2
  memory: string | undefined
  cpu: string | undefined
  freezer: string | undefined
}

/** Reads from the kernel's table of mounts (`/proc/self/mounts`) what there is. Version 1 wins where it has the memory controller. */
export function controlTrees(mounts: string = readFileSync('/proc/self/mounts', 'utf8')): ControlTrees {
  const lines = mounts.split('\n').map(line => line.split(' '))
  const ofVersion1 = (controller: string): string | undefined =>
    lines.find(([, , kind, options]) => kind === 'cgroup' && options?.split(',').includes(controller))?.[1]
  const memory = ofVersion1('memory')
  if (memory !== undefined) return { version: 1, memory, cpu: ofVersion1('cpu'), freezer: ofVersion1('freezer') }
  const unified = lines.find(([, , kind]) => kind === 'cgroup2')?.[1]
  if (unified === undefined) return { version: 1, memory: undefined, cpu: ofVersion1('cpu'), freezer: ofVersion1('freezer') }
  const passedOn = words(join(unified, 'cgroup.subtree_control'))
  const where = (controller: string): string | undefined => (passedOn.includes(controller) ? unified : undefined)
  return { version: 2, memory: where('memory'), cpu: where('cpu'), freezer: unified }
}

function words(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(/\s+/) : []
}

/** Where programs read the limits of their control group, as it is mounted here. Java wants all four of version 1's before it believes one. */
export function limitMounts(mounts: string = readFileSync('/proc/self/mounts', 'utf8')): string[] {
  const lines = mounts.split('\n').map(line => line.split(' '))
  const ofVersion1 = lines.filter(
    ([, , kind, options]) => kind === 'cgroup' && options?.split(',').some(each => limitsOfVersion1.includes(each)),
  )
  const ofVersion2 = lines.filter(([, , kind]) => kind === 'cgroup2')
  const places = (ofVersion1.length > 0 ? ofVersion1 : ofVersion2).map(([, place]) => place ?? '')
  return [...new Set(places)].filter(place => `${place}/`.startsWith('/sys/fs/cgroup/'))
}

const limitsOfVersion1 = ['memory', 'cpu', 'cpuacct', 'cpuset']

/** The folders of one cloud's groups, each in its tree; made if they are not there. */
export function makeCloudGroups(trees: ControlTrees, name: string): string[] {
  const roots = new Set([trees.memory, trees.cpu, trees.freezer].filter(root => root !== undefined))
  return [...roots].map(root => {
    const folder = join(root, name)
    mkdirSync(folder, { recursive: true })
    if (trees.version === 2) {
      for (const controller of ['memory', 'cpu'] as const) {
        if (trees[controller] !== undefined) writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`)
      }
    }
    return folder
  })
}

/** The control groups of one machine of the test cloud. */
export class MachineGroups {
  readonly #folders: string[]

  /** Makes them, below the cloud's own; those of an earlier machine with the same name must be gone. */
  constructor(cloudGroups: readonly string[], name: string) {
    this.#folders = cloudGroups.map(folder => join(folder, name))
    for (const folder of this.#folders) mkdirSync(folder)
  }

  /** Files into which a program writes its id to move in, with everything that it starts later. */
  get doors(): string[] {
    return this.#folders.map(folder => join(folder, 'cgroup.procs'))
  }

  /** False where nothing here limits memory. */
  limitMemory(bytes: number): boolean {
    const limited = this.#write('memory.limit_in_bytes', String(bytes)) || this.#write('memory.max', String(bytes))
    // What is over the limit must not go to the machine's swap instead: a droplet has none. Kernels without swap lack the file.
    if (!this.#write('memory.swap.max', '0')) this.#write('memory.swappiness', '0')
    return limited
  }

  /** A share of the processors beside other machines': the more processors, the more of it. */
  shareProcessors(vcpus: number): void {
    if (!this.#write('cpu.shares', String(1024 * vcpus))) this.#write('cpu.weight', String(Math.min(10_000, 100 * vcpus)))
  }

  /** False where nothing here can freeze. */
  freeze(frozen: boolean): boolean {
    return this.#write('freezer.state', frozen ? 'FROZEN' : 'THAWED') || this.#write('cgroup.freeze', frozen ? '1' : '0')
  }

  /** Gives them back once nothing is in them; throws when something stays in them for longer than ten seconds. */
  async remove(): Promise<void> {
    for (const folder of this.#folders) {
      for (let tries = 0; existsSync(folder); tries++) {
        try {
          rmdirSync(folder)
        } catch (error) {
          if (tries >= 200) throw error
          await sleep(50)
        }
      }
    }
  }

  #write(file: string, text: string): boolean {
    const path = this.#folders.map(folder => join(folder, file)).find(candidate => existsSync(candidate))
    if (path === undefined) return false
    writeFileSync(path, text)
    return true
  }
}
