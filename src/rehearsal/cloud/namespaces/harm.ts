import { once } from 'node:events'
import type { HostFault } from '../droplet-hosts.ts'
import { startDelayLine } from './delay-line.ts'
import { linesOf } from './hub.ts'
import type { Machine } from './machine.ts'
import { runCommand, tryCommand } from './run-command.ts'

/** What was done to a machine and can be taken away again. */
export interface Harms {
  harm(fault: HostFault): Promise<void>
  heal(): Promise<void>
  /** Takes away what would stay at the hub when the machine ends. */
  leave(): Promise<void>
}

/** A machine that can be harmed. `diskMb` is its disk's size when it is well. */
export function harmsOf(machine: Machine, machineId: number, diskMb: number): Harms {
  const lines = linesOf(machineId)
  let stopDelay: (() => Promise<void>) | undefined
  let isLossy = false
  const leave = async (): Promise<void> => {
    await stopDelay?.()
    stopDelay = undefined
    if (isLossy) await runCommand(['nft', 'delete', 'table', 'netdev', tableOf(machineId)])
    isLossy = false
  }
  const clearLines = async (): Promise<void> => {
    await leave()
    for (const line of [lines.public, lines.private]) {
      await runCommand(['ip', 'link', 'set', line, 'up'])
      await tryCommand(['tc', 'qdisc', 'delete', 'dev', line, 'root'])
    }
    for (const line of ['eth0', 'eth1']) await tryWithin(machine, ['tc', 'qdisc', 'delete', 'dev', line, 'root'])
  }
  const slow = async ({ megabitsPerSecond, lossPercent, delayMs }: Extract<HostFault, { kind: 'slow' }>): Promise<void> => {
    await clearLines()
    for (const line of [lines.public, lines.private]) await runCommand(limitRate(line, megabitsPerSecond))
    for (const line of ['eth0', 'eth1']) await within(machine, limitRate(line, megabitsPerSecond))
    if (lossPercent > 0) {
      await runCommand(['nft', '-f', '-'], lossTable(machineId, lossPercent))
      isLossy = true
    }
    if (delayMs > 0) stopDelay = await startDelayLine(machineId, delayMs)
  }
  return {
    leave,
    harm: async fault => {
      switch (fault.kind) {
        case 'lost':
          for (const line of [lines.public, lines.private]) await runCommand(['ip', 'link', 'set', line, 'down'])
          return
        case 'slow':
          return slow(fault)
        case 'frozen':
          if (!machine.groups.freeze(true)) throw new Error('no control group here can freeze')
          return
        case 'disk-full':
          return fillDisk(machine)
        case 'out-of-memory':
          return useUpMemory(machine)
      }
    },
    heal: async () => {
      machine.groups.freeze(false)
      await clearLines()
      await resizeDisk(machine, `${diskMb}m`)
    },
  }
}

function tableOf(machineId: number): string {
  return `harm_${machineId.toString(36)}`
}

/** Both the hub and the machine send no faster than that. A queue longer than 300 ms is dropped, as routers do. */
function limitRate(line: string, megabitsPerSecond: number): [string, ...string[]] {
  const words = ['rate', `${megabitsPerSecond}mbit`, 'burst', '64kb', 'latency', '300ms']
  return ['tc', 'qdisc', 'replace', 'dev', line, 'root', 'tbf', ...words]
}

/** Drops packets by chance where they enter the hub and where they leave it. */
function lossTable(machineId: number, lossPercent: number): string {
  const lines = linesOf(machineId)
  const chains = [lines.public, lines.private].flatMap(line =>
    (['ingress', 'egress'] as const).map(
      way => `  chain ${way}_${line} {
    type filter hook ${way} device "${line}" priority 0; policy accept;
    numgen random mod 10000 < ${Math.min(9999, Math.round(lossPercent * 100))} drop
  }`,
    ),
  )
  return `table netdev ${tableOf(machineId)} {\n${chains.join('\n')}\n}\n`
}

/** The disk becomes as small as what lies on it, so that not one page more fits; memory is not used up for it. */
async function fillDisk(machine: Machine): Promise<void> {
  const used = await runCommand(['df', '--block-size=1', '--output=used', machine.diskFolder])
  // Zero would mean: without limit.
  await resizeDisk(machine, String(Math.max(4096, Number(used.split('\n')[1]))))
}

async function resizeDisk(machine: Machine, size: string): Promise<void> {
  await runCommand(['mount', '-o', `remount,size=${size}`, machine.diskFolder])
}

/** A program asks for ever more memory until the kernel kills it, or another of the machine's programs before it. */
async function useUpMemory(machine: Machine): Promise<void> {
  if (!machine.isLimited) throw new Error('this droplet has no limit of memory here, so it cannot run out of it')
  const hog = machine.enter(['tail', '/dev/zero'], { stdio: 'ignore' })
  const [code, signal] = (await once(hog, 'exit')) as [number | null, string | null]
  if (code !== 137 && signal !== 'SIGKILL') throw new Error(`the program that uses up memory ended with ${code ?? signal}`)
}

async function tryWithin(machine: Machine, argv: readonly [string, ...string[]]): Promise<void> {
  await tryCommand(['nsenter', '--target', String(machine.pid), '--net', '--', ...argv])
}

async function within(machine: Machine, argv: readonly [string, ...string[]]): Promise<void> {
  await runCommand(['nsenter', '--target', String(machine.pid), '--net', '--', ...argv])
}
