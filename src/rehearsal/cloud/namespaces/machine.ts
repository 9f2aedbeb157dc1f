import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { limitMounts, MachineGroups } from './control-groups.ts'
import type { DiskFile } from './disk-file.ts'
import { childOf } from './child-of.ts'
import type { Hub, Port } from './hub.ts'
import { layFiles, memoryText, mountTable, type View } from './machine-disk.ts'
import { groupsOfCloud, placeFor } from './own-place.ts'
import { runCommand, tryCommand } from './run-command.ts'
import { scriptPath } from './script-path.ts'
import { searchPath } from './search-path.ts'
import { Turnstile } from './turnstile.ts'

/** What a machine of namespaces is made of. */
export interface MachinePlan {
  port: Port
  hostname: string
  /** Undefined: as much as there is. */
  memoryMb: number | undefined
  vcpus: number
  diskMb: number
  files: readonly DiskFile[]
  view: View
}

/** What a command in a machine is started with. */
export interface EnterOptions {
  /** `/` when not given. */
  cwd?: string
  stdio?: 'pipe' | 'inherit' | 'ignore'
}

/** A machine that runs: namespaces, a root and a disk of its own, lines to the hub. */
export interface Machine {
  /** Of its first program, as the hub sees it. */
  pid: number
  groups: MachineGroups
  diskFolder: string
  /** Whether its memory has a limit: not when none was asked for, and not where the kernel cannot. */
  isLimited: boolean
  /** Whether it was ended or switched off by the hub, not by itself. */
  wasSwitchedOff(): boolean
  /** True until its first program has ended. */
  isUp(): boolean
  /** Resolves when its first program has ended, whoever ended it. */
  down: Promise<void>
  /** Starts a command in it, under its limits. The command dies with the program that is answered. */
  enter(argv: readonly [string, ...string[]], options?: EnterOptions): ChildProcess
  /** Sends a signal to the command itself that `enter` started. */
  signal(entered: ChildProcess, name: NodeJS.Signals): void
  /** Ends all its programs and takes its lines away; its disk stays. */
  powerOff(): Promise<void>
  /** Ends it and gives everything back. */
  end(): Promise<void>
}

/** A machine that has not said that it boots after so many milliseconds will not. */
const bootMs = 120_000
/**
 * Rights that no machine has, though its programs run as root: they would reach the kernel that all machines have in common (its clock, its
 * modules, its memory, its power).
 */
const droppedRights = '-sys_time,-sys_module,-sys_rawio,-sys_boot,-wake_alarm,-syslog'

/** So many begin or end at once. The kernel makes and takes away lines one after the other, and whoever waits for it slows down the rest. */
const builders = new Turnstile(16)

/** Makes a machine and starts its first program. Rejects when it cannot; then nothing of it is left. */
export async function bootMachine(hub: Hub, plan: MachinePlan): Promise<Machine> {
  return builders.pass(() => buildMachine(hub, plan))
}

async function buildMachine(hub: Hub, plan: MachinePlan): Promise<Machine> {
  const name = plan.port.machineId.toString(36)
  const folder = join(placeFor('machines'), name)
  await mkdir(folder) // refuses a machine that is there already
  let groups: MachineGroups | undefined
  let child: ChildProcess | undefined
  const giveBack = async (): Promise<void> => {
    groups?.freeze(false)
    if (child !== undefined) await stop(child)
    await hub.detach(plan.port)
    await unmountDisk(folder)
    await groups?.remove()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    groups = new MachineGroups(groupsOfCloud(), name)
    const isLimited = plan.memoryMb !== undefined && groups.limitMemory(plan.memoryMb * 2 ** 20)
    groups.shareProcessors(plan.vcpus)
    await makeDisk(hub, folder, plan)
    child = startHolder(folder, groups)
    const pid = await seeItBoot(child, hub, plan.port)
    return runningMachine({ child, pid, groups, folder, hub, isLimited, port: plan.port })
  } catch (error) {
    await giveBack()
    throw new Error(`machine ${plan.hostname} cannot boot`, { cause: error })
  }
}

async function makeDisk(hub: Hub, folder: string, plan: MachinePlan): Promise<void> {
  const disk = join(folder, 'disk')
  await Promise.all([disk, join(folder, 'root')].map(each => mkdir(each)))
  await runCommand(['mount', '-t', 'tmpfs', '-o', `mode=755,size=${plan.diskMb}m`, 'disk', disk])
  await layFiles(disk, plan.files)
  const memoryFile = plan.memoryMb === undefined ? undefined : join(folder, 'meminfo')
  if (memoryFile !== undefined) await writeFile(memoryFile, memoryText(plan.memoryMb ?? 0))
  const mounts = { machineFolder: folder, devices: placeFor('dev'), memoryFile, limits: limitMounts(), view: plan.view }
  await writeFile(join(folder, 'fstab'), mountTable(mounts))
  await writeFile(join(folder, 'addressing'), hub.addressing(plan.port))
  await writeFile(join(folder, 'hostname'), `${plan.hostname}\n`)
}

function startHolder(folder: string, groups: MachineGroups): ChildProcess {
  return spawn('sh', [scriptPath('begin-machine.sh'), ...groups.doors], {
    cwd: '/',
    env: { PATH: searchPath, MACHINE: folder, ROOT_SCRIPT: scriptPath('build-root.sh'), DROPPED: droppedRights },
    // Not in this program's process group: an interrupt typed at a terminal is not for droplets.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Plays the hub's part of the boot; answers the id of the machine's first program. */
async function seeItBoot(child: ChildProcess, hub: Hub, port: Port): Promise<number> {
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
  let words = ''
  stderr.on('data', chunk => (words = `${words}${String(chunk)}`.slice(-4000)))
  stdin.on('error', () => undefined) // its end says more
  const late = setTimeout(() => child.kill('SIGKILL'), bootMs)
  let pid = 0
  try {
    for await (const line of createInterface(stdout)) {
      if (line === 'booted') return pid
      pid = Number(/^pid (\d+)$/.exec(line)?.[1])
      await hub.attach(port, pid)
      stdin.write('\n')
    }
    throw new Error('it ended before it was up')
  } catch (error) {
    throw words === '' ? error : new Error(words.trim(), { cause: error })
  } finally {
    clearTimeout(late)
    for (const pipe of [stdin, stdout, stderr]) pipe.destroy()
  }
}

interface Running {
  child: ChildProcess
  pid: number
  groups: MachineGroups
  folder: string
  hub: Hub
  isLimited: boolean
  port: Port
}

function runningMachine({ child, pid, groups, folder, hub, isLimited, port }: Running): Machine {
  const isUp = (): boolean => child.exitCode === null && child.signalCode === null
  let wasSwitchedOff = false
  const powerOff = async (): Promise<void> => {
    if (isUp()) wasSwitchedOff = true
    groups.freeze(false) // what is frozen cannot die
    await stop(child, pid)
    await hub.detach(port)
  }
  return {
    pid,
    groups,
    diskFolder: join(folder, 'disk'),
    isLimited,
    wasSwitchedOff: () => wasSwitchedOff,
    isUp,
    down: isUp() ? once(child, 'exit').then(() => undefined) : Promise.resolve(),
    enter: (argv, { cwd = '/', stdio = 'pipe' } = {}) => {
      const words = [String(pid), cwd, droppedRights, ...groups.doors, '--', ...argv]
      return spawn('sh', [scriptPath('enter-machine.sh'), ...words], { cwd: '/', env: { PATH: searchPath }, stdio })
    },
    signal: (entered, name) => {
      const inner = entered.pid === undefined ? undefined : childOf(entered.pid)
      if (inner === undefined) entered.kill(name)
      else process.kill(inner, name)
    },
    powerOff,
    end: () =>
      builders.pass(async () => {
        await powerOff()
        await unmountDisk(folder)
        await groups.remove()
        await rm(folder, { recursive: true, force: true })
      }),
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

/** Ends a machine's first program, `inner` where it is known, and waits for the program that holds it: then all its programs are gone. */
async function stop(child: ChildProcess, inner = child.pid === undefined ? undefined : childOf(child.pid)): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  // Not the holder itself: it would be gone before the kernel has ended the rest.
  if (inner === undefined) child.kill('SIGKILL')
  else kill(inner)
  await ended
}

async function unmountDisk(folder: string): Promise<void> {
  const disk = join(folder, 'disk')
  // A machine that begins at this moment has copies of all mounts for an instant; then the disk goes when it lets go of them.
  await tryCommand(['umount', '--lazy', disk])
}
