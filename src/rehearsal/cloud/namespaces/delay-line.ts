import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { bridges, linesOf } from './hub.ts'
import { runCommand, tryCommand } from './run-command.ts'
import { scriptPath } from './script-path.ts'
import { searchPath } from './search-path.ts'

/**
 * Puts a program that holds every packet between a machine's lines and the hub's bridges, so that a packet takes `delayMs` longer each way.
 * Answers what takes it away again.
 */
export async function startDelayLine(machineId: number, delayMs: number): Promise<() => Promise<void>> {
  const parts = await Promise.all((['public', 'private'] as const).map(side => partsOf(machineId, side)))
  const relays: ChildProcess[] = []
  const stop = async (): Promise<void> => {
    for (const { line, between, bridge, isolation } of parts) {
      const steps = [`link set ${line} master ${bridge}`, isolation(line), `link delete ${between}`, '']
      await tryCommand(['ip', '-force', '-batch', '-'], steps.join('\n'))
    }
    await Promise.all(relays.map(endRelay))
  }
  try {
    for (const part of parts) relays.push(await startOne(part, delayMs))
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

interface Parts {
  /** The hub's end of the machine's line. */
  line: string
  /** The bridge it belongs to. */
  bridge: string
  /** A bridge that joins the line to the program. Kernels finish checksums and cut large packets where one leaves a bridge for a TAP. */
  between: string
  hubTap: string
  machineTap: string
  /** The step that lets an interface at the hub's bridge meet whom the line met. */
  isolation: (name: string) => string
}

async function partsOf(machineId: number, side: 'public' | 'private'): Promise<Parts> {
  const line = linesOf(machineId)[side]
  const isIsolated = / isolated on /.test(await runCommand(['ip', '-details', 'link', 'show', 'dev', line]))
  const isolation = (name: string): string => `link set ${name} type bridge_slave isolated ${isIsolated ? 'on' : 'off'}`
  return { line, bridge: bridges[side], between: `b${line}`, hubTap: `h${line}`, machineTap: `m${line}`, isolation }
}

async function startOne(parts: Parts, delayMs: number): Promise<ChildProcess> {
  const { line, bridge, between, hubTap, machineTap, isolation } = parts
  const relay = spawn('python3', [scriptPath('delay-line.py'), String(delayMs), hubTap, machineTap], {
    env: { PATH: searchPath },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  relay.stdin.on('error', () => undefined)
  const begun = await Promise.race([once(relay.stdout, 'data').then(() => true), once(relay, 'exit').then(() => false)])
  if (!begun) throw new Error('the program that delays packets could not start: it needs /dev/net/tun')
  const steps = [
    `link add ${between} type bridge mcast_snooping 0`,
    `link set ${between} up`,
    `link set ${machineTap} master ${between} up`,
    `link set ${hubTap} master ${bridge} up`,
    isolation(hubTap),
    `link set ${line} master ${between}`,
    '',
  ]
  await runCommand(['ip', '-batch', '-'], steps.join('\n'))
  return relay
}

async function endRelay(relay: ChildProcess): Promise<void> {
  if (relay.exitCode !== null || relay.signalCode !== null) return
  const ended = once(relay, 'exit')
  relay.stdin?.end()
  await ended
}
