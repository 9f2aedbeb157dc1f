import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { type ControlTrees, controlTrees } from './control-groups.ts'
import { searchPath } from './search-path.ts'

/** Programs that droplets of namespaces are made with, and Debian's package of each. */
const needed: readonly { program: string; package: string }[] = [
  ...['unshare', 'nsenter', 'setpriv', 'setsid', 'mount', 'umount', 'pivot_root'].map(program => ({
    program,
    package: program.includes('mount') ? 'mount' : 'util-linux',
  })),
  { program: 'ip', package: 'iproute2' },
  { program: 'tc', package: 'iproute2' },
  { program: 'nft', package: 'nftables' },
  { program: 'sshd', package: 'openssh-server' },
  { program: 'ssh-keygen', package: 'openssh-client' },
  { program: 'rsync', package: 'rsync' },
  { program: 'python3', package: 'python3-minimal' },
]

/** What is looked at; only tests give it. */
export interface Machinery {
  /** The user's number; 0 is root. */
  userId: number
  has(program: string): boolean
  trees: ControlTrees
  /** Makes the kernel's parts once, for a moment; its complaint, or undefined. */
  rehearse(): string | undefined
}

/**
 * Why droplets of namespaces cannot be had on this machine, in a sentence for people that says what to do; undefined when they can.
 * `cloudInit: 'real'` wants Debian's cloud-init too.
 */
export function whyNoNamespaces(
  { cloudInit }: { cloudInit: 'real' | 'light' } = { cloudInit: 'light' },
  machinery: Machinery = thisMachinery(),
): string | undefined {
  if (process.platform !== 'linux') return 'droplets of namespaces need Linux'
  if (machinery.userId !== 0) return 'droplets of namespaces need root: run it with sudo, or in a virtual machine of its own'
  return lackOfPrograms(cloudInit, machinery) ?? lackOfGroups(machinery.trees) ?? lackOfKernel(machinery)
}

function lackOfPrograms(cloudInit: 'real' | 'light', machinery: Machinery): string | undefined {
  const wanted = cloudInit === 'real' ? [...needed, { program: 'cloud-init', package: 'cloud-init' }] : needed
  const missing = wanted.filter(({ program }) => !machinery.has(program))
  if (missing.length === 0) return undefined
  const packages = [...new Set(missing.map(each => each.package))].join(' ')
  return `droplets of namespaces need ${missing.map(({ program }) => program).join(', ')}: apt-get install ${packages}`
}

function lackOfGroups({ memory, freezer }: ControlTrees): string | undefined {
  const lacking = [...(memory === undefined ? ['memory'] : []), ...(freezer === undefined ? ['freezer'] : [])]
  if (lacking.length === 0) return undefined
  return `droplets of namespaces need control groups for ${lacking.join(' and ')}: mount them below /sys/fs/cgroup, or run a container with --privileged`
}

function lackOfKernel(machinery: Machinery): string | undefined {
  const complaint = machinery.rehearse()
  if (complaint === undefined) return undefined
  return `droplets of namespaces need a kernel with namespaces, overlayfs, bridge, veth and nftables, and the right to use them (a container needs --privileged): ${complaint}`
}

function thisMachinery(): Machinery {
  return {
    userId: process.getuid?.() ?? -1,
    has: program => searchPath.split(':').some(folder => isProgram(join(folder, program))),
    trees: controlTrees(),
    rehearse,
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** In namespaces that are gone with it. */
const rehearsal = `set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/upper /run/work /run/root
mount -t overlay -o lowerdir=/,upperdir=/run/upper,workdir=/run/work,volatile overlay /run/root
ip link add test-bridge type bridge
ip link add test-a type veth peer name test-b
ip link set test-a master test-bridge
ip link set test-a type bridge_slave isolated on
nft add table inet test`

function rehearse(): string | undefined {
  const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc']
  const { status, stderr, error } = spawnSync('unshare', [...flags, 'sh', '-c', rehearsal], {
    encoding: 'utf8',
    env: { PATH: searchPath },
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  if (error !== undefined) return error.message
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1)
}
