import { existsSync, realpathSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DiskFile } from './disk-file.ts'

/** What of the machine around is seen from within. */
export interface View {
  /** Folders that are empty within: what they hold is not a droplet's to see. */
  hidden: readonly string[]
  /** Folders outside the machine's root file system (on disks of their own, below /tmp, in somebody's home) that are to be seen, read-only. */
  seen: readonly string[]
  /** Folders that can be written from within: what is written is written outside. */
  shared: readonly { outside: string; inside: string }[]
}

/** Folders that are the machine's own and begin empty, with their modes. */
const freshFolders: readonly { path: string; name: string; mode: number }[] = [
  { path: '/tmp', name: 'tmp', mode: 0o1777 },
  { path: '/var/tmp', name: 'var-tmp', mode: 0o1777 },
  { path: '/var/log', name: 'var-log', mode: 0o755 },
  { path: '/var/lib/cloud', name: 'var-lib-cloud', mode: 0o755 },
  { path: '/etc/ssh', name: 'etc-ssh', mode: 0o755 },
  // What people have in their homes is theirs, and what their shells begin with would be part of every droplet.
  { path: '/root', name: 'root-home', mode: 0o700 },
  { path: '/home', name: 'homes', mode: 0o755 },
]

/** Lays the files on the disk mounted at `disk`. */
export async function layFiles(disk: string, files: readonly DiskFile[]): Promise<void> {
  await Promise.all(['upper', 'work'].map(name => mkdir(join(disk, name), { mode: 0o755 })))
  await Promise.all(
    freshFolders.map(async ({ name, mode }) => {
      await mkdir(join(disk, name))
      await chmod(join(disk, name), mode)
    }),
  )
  for (const file of files) {
    const place = placeOnDisk(disk, file.path)
    await mkdir(dirname(place), { recursive: true, mode: 0o755 })
    if ('leadsTo' in file) await symlink(file.leadsTo, place)
    else {
      await writeFile(place, file.content)
      await chmod(place, file.mode ?? 0o644)
    }
  }
}

/** Files of fresh folders lie in these; all others in the upper layer of the root. */
function placeOnDisk(disk: string, path: string): string {
  const fresh = freshFolders.find(folder => path.startsWith(`${folder.path}/`))
  return fresh === undefined ? join(disk, 'upper', path) : join(disk, fresh.name, path.slice(fresh.path.length))
}

/** What the table of mounts is made from. */
export interface MountPlan {
  machineFolder: string
  /** Folder with the devices. */
  devices: string
  /** A file to stand for `/proc/meminfo`. */
  memoryFile: string | undefined
  /** Folders of control groups, as they are mounted outside: programs within read their limits there. */
  limits: readonly string[]
  view: View
}

/** The mounts that make a machine's root, as a table for `mount --all`, in the order in which they are made. */
export function mountTable({ machineFolder, devices, memoryFile, limits, view }: MountPlan): string {
  const root = join(machineFolder, 'root')
  const disk = join(machineFolder, 'disk')
  const within = (path: string): string => join(root, path)
  const hide = (path: string): Mount => ['hidden', within(path), 'tmpfs', 'mode=755,size=64m,X-mount.mkdir']
  const hidden = view.hidden.map(ownPath)
  const seen = view.seen.map(ownPath)
  const isWithinSeen = (path: string): boolean => seen.some(folder => `${path}/`.startsWith(`${folder}/`))
  const lines: Mount[] = [
    // No write is ever flushed to a disk here, so nothing is lost by not flushing.
    ['overlay', root, 'overlay', `lowerdir=/,upperdir=${disk}/upper,workdir=${disk}/work,volatile`],
    ['proc', within('proc'), 'proc', 'nosuid,nodev,noexec'],
    // Droplets run as root: these reach the kernel that all machines here have in common.
    ...kernelSwitches
      .filter(name => existsSync(`/${name}`))
      .map((name): Mount => [within(name), within(name), 'none', 'bind,ro']),
    ...(memoryFile === undefined ? [] : [[memoryFile, within('proc/meminfo'), 'none', 'bind,ro'] satisfies Mount]),
    ['sysfs', within('sys'), 'sysfs', 'ro,nosuid,nodev,noexec'],
    ['limits', within('sys/fs/cgroup'), 'tmpfs', 'mode=755,size=64k'],
    ...limits.map((path): Mount => [path, within(path), 'none', 'bind,ro,X-mount.mkdir']),
    [devices, within('dev'), 'none', 'bind,ro'],
    ['devpts', within('dev/pts'), 'devpts', 'newinstance,ptmxmode=0666,mode=0620,gid=5'],
    ['shm', within('dev/shm'), 'tmpfs', 'mode=1777'],
    ['run', within('run'), 'tmpfs', 'mode=755'],
    ...hidden.filter(path => !isWithinSeen(path)).map(hide),
    ...freshFolders.map(({ path, name }): Mount => [join(disk, name), within(path), 'none', 'bind,X-mount.mkdir']),
    ...seen.map((path): Mount => [path, within(path), 'none', 'bind,ro,X-mount.mkdir']),
    ...hidden.filter(isWithinSeen).map(hide),
    ...view.shared.map(({ outside, inside }): Mount => [outside, within(inside), 'none', 'bind,X-mount.mkdir']),
  ]
  return lines.map(line => [...line.map(escapeField), '0', '0'].join(' ') + '\n').join('')
}

/** What `/proc/meminfo` says on a machine with that much memory. Programs that look there size themselves by it. */
export function memoryText(memoryMb: number): string {
  const kb = memoryMb * 1024
  const lines = [
    `MemTotal: ${kb}`,
    `MemFree: ${kb}`,
    `MemAvailable: ${kb}`,
    'Buffers: 0',
    'Cached: 0',
    'SwapTotal: 0',
    'SwapFree: 0',
  ]
  return lines.map(line => `${line.replace(' ', ' '.repeat(8))} kB\n`).join('')
}

/** A path without symbolic links: a mount follows them out of the root that is being built. What does not exist has none. */
function ownPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

const kernelSwitches = ['proc/sysrq-trigger', 'proc/sys/kernel', 'proc/sys/vm', 'proc/sys/fs']

type Mount = [source: string, target: string, kind: string, options: string]

/** As fstab(5) wants it: fields end at white space, so white space in them is written as octal numbers. */
function escapeField(text: string): string {
  return text.replace(/[\\\s]/g, letter => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
